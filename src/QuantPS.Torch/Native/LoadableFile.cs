namespace QuantPS.Torch.Native;

/// <summary>A library that can be loaded; once it is, its folder goes if it is for the moment only.</summary>
/// <param name="Path">The path of the library.</param>
/// <param name="TemporaryFolder">A folder to delete, or null.</param>
internal sealed record LoadableFile(string Path, string? TemporaryFolder = null) : IDisposable
{
    public void Dispose()
    {
        if (TemporaryFolder is not null) Directory.Delete(TemporaryFolder, recursive: true);
    }
}
