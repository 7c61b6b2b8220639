using System.Net.Http.Headers;

namespace QuantPS.Zoo.Download;

/// <summary>
/// The part of a file that was received so far, beside the file under a name of its own, with a note of what tells whether the rest that a
/// server has now belongs to it. It takes the name of the file only when it is whole.
/// </summary>
/// <param name="target">The path of the file.</param>
/// <param name="isPinned">Whether the content is known by its hash, so that a rest may be asked for from a server that does not say whether it belongs to it.</param>
internal sealed class PartialFile(string target, bool isPinned = false)
{
    private const int BufferSize = 1 << 16;

    private string Note => Path + ".etag";

    /// <summary>Its path.</summary>
    public string Path { get; } = target + ".part";

    /// <summary>How many bytes are there.</summary>
    public long Length => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>What the server must still say of its file for the rest of it to fit; null where this is not known, or nothing is there.</summary>
    public RangeConditionHeaderValue? Validator =>
        Length > 0 && File.Exists(Note) && RangeConditionHeaderValue.TryParse(File.ReadAllText(Note), out RangeConditionHeaderValue? validator) ? validator : null;

    /// <summary>The position that a download goes on from; 0 where it starts over.</summary>
    public long Start => isPinned || Validator is not null ? Length : 0;

    /// <summary>Opens it to be written from a position on.</summary>
    /// <param name="from">The position: the end of what is there, or 0 to start over.</param>
    /// <param name="response">The answer that brings the bytes.</param>
    public FileStream Open(long from, HttpResponseMessage response)
    {
        if (from > 0) return new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, BufferSize);
        File.Delete(Note);
        var stream = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferSize);
        // A weak tag may stand for several sequences of bytes.
        if (response.Headers.ETag is { IsWeak: false } tag) File.WriteAllText(Note, tag.ToString());
        else if (response.Content.Headers.LastModified is { } modified) File.WriteAllText(Note, modified.ToString("R"));
        return stream;
    }

    /// <summary>Gives the whole file its name, in one step that others see as a whole or not at all.</summary>
    public void Complete()
    {
        File.Move(Path, target, overwrite: true);
        File.Delete(Note);
    }

    /// <summary>Removes it.</summary>
    public void Discard()
    {
        File.Delete(Path);
        File.Delete(Note);
    }
}
