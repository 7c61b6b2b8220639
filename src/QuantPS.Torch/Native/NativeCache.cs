using System.Security.Cryptography;

namespace QuantPS.Torch.Native;

/// <summary>A folder of the user's own for libraries that cannot be used as they are.</summary>
internal static class NativeCache
{
    /// <summary>Puts a file there, or finds it there with the same content.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="original">The content of the file that it was made from, whose hash names the folder.</param>
    /// <param name="content">The content.</param>
    public static LoadableFile Store(string name, ReadOnlySpan<byte> original, byte[] content)
    {
        string root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        string hash = Convert.ToHexStringLower(SHA256.HashData(original));
        if (root.Length > 0)
        {
            try
            {
                return new(Write(Path.Combine(root, "QuantPS", "native", hash), name, content));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A home that cannot be written to (a service, a container): a folder for the moment does.
            }
        }
        string folder = Directory.CreateTempSubdirectory("QuantPS-").FullName;
        return new(Write(folder, name, content), folder);
    }

    private static string Write(string folder, string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return path;
        Directory.CreateDirectory(folder);
        string draft = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(draft, content);
        // A process that has the old file mapped keeps it: the new one takes the name alone.
        File.Move(draft, path, overwrite: true);
        return path;
    }
}
