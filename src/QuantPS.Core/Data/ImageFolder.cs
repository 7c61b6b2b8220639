using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>
/// A folder with a folder of images for each class, read in the order of torchvision's <c>ImageFolder</c>: classes by name, their
/// folders of any depth by path, files by name, all compared by code point; links are followed. As there, a class without images is an
/// error.
/// </summary>
internal static class ImageFolder
{
    public static ImageDataset Open(string path)
    {
        ImmutableArray<string> classes = [.. Directory.EnumerateDirectories(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        if (classes.IsEmpty)
            throw new QuantPSException("ImageFolderWithoutClasses",
                $"The folder '{path}' has no folders in it. Put the images of each class into a folder of their own, named for the class.", path);

        var files = ImmutableArray.CreateBuilder<string>();
        var labels = ImmutableArray.CreateBuilder<int>();
        foreach (string name in classes)
        {
            int label = labels.Count == 0 ? 0 : labels[^1] + 1;
            string folder = Path.Combine(path, name);
            foreach (string file in FoldersIn(folder).Order(StringComparer.Ordinal).SelectMany(ImagesIn))
            {
                files.Add(file);
                labels.Add(label);
            }
            if (labels.Count == 0 || labels[^1] != label)
                throw new QuantPSException("ImageClassEmpty",
                    $"The class folder '{folder}' has no images in it ({string.Join(", ", ImageFile.Extensions)}). Add some, or remove the folder.", folder);
        }
        return new ImageDataset(path, new ImageFiles(files.ToImmutable()), classes, labels.ToImmutable());
    }

    private static IEnumerable<string> ImagesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(ImageFile.IsImage).Order(StringComparer.Ordinal);

    /// <summary>The folder and all below it; a link to one that holds it is left out, as it would have no end.</summary>
    private static List<string> FoldersIn(string folder)
    {
        List<string> found = [];
        Visit(new DirectoryInfo(folder), []);
        return found;

        void Visit(DirectoryInfo at, ImmutableHashSet<string> above)
        {
            string target = at.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? at.FullName;
            if (above.Contains(target)) return;
            found.Add(at.FullName);
            foreach (DirectoryInfo below in at.EnumerateDirectories()) Visit(below, above.Add(target));
        }
    }
}
