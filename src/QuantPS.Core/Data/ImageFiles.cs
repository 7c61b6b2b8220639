using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>Images that are a file each.</summary>
internal sealed class ImageFiles(ImmutableArray<string> paths) : IImageSource
{
    public RgbImage Read(int index) => ImageFile.Read(paths[index]);

    public string PathOf(int index) => paths[index];
}
