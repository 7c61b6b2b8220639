using System.Collections.Immutable;

namespace QuantPS.Zoo;

/// <summary>The names of the 1,000 classes of ImageNet, a line each, as torchvision spells them (<c>_IMAGENET_CATEGORIES</c>).</summary>
internal static class ImageNetClasses
{
    private const string FileName = "imagenet_classes.txt";

    /// <summary>The names by index; empty where the library is used without the module and its data.</summary>
    public static ImmutableArray<string> Read()
    {
        string path = ModuleData.PathOf(FileName);
        return File.Exists(path) ? [.. File.ReadLines(path)] : [];
    }
}
