using QuantPS.Bridges;
using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_and_files_come_in_the_order_of_torchvision()
    {
        foreach (string file in new[] { "b/z.png", "b/A.PNG", "b/a/c/2.jpg", "b/a/1.jpg", "b/a-/0.jpeg", "b/notes.txt", "B/x.webp", "c.d/y.bmp", "stray.png" })
            _folder.Write(file, []);

        ImageDataset data = ImageDataset.Open(_folder.Path);

        Assert.Equal(["B", "b", "c.d"], data.Classes);
        Assert.Equal(["B/x.webp", "b/A.PNG", "b/z.png", "b/a/1.jpg", "b/a-/0.jpeg", "b/a/c/2.jpg", "c.d/y.bmp"], Paths(data));
        Assert.Equal([0, 1, 1, 1, 1, 1, 2], data.Labels);
    }

    [Fact]
    public void A_folder_without_folders_is_an_error_that_names_it() => AssertError("ImageFolderWithoutClasses", _folder.Path, () =>
    {
        _folder.Write("stray.png", []);
        ImageDataset.Open(_folder.Path);
    });

    [Fact]
    public void A_class_without_images_is_an_error_that_names_it() => AssertError("ImageClassEmpty", _folder.At("b"), () =>
    {
        _folder.Write("a/x.png", []);
        _folder.Write("b/notes.txt", []);
        ImageDataset.Open(_folder.Path);
    });

    [Fact]
    public void A_path_without_anything_is_an_error_that_names_it() =>
        AssertError("DataNotFound", _folder.At("nothing"), () => ImageDataset.Open(_folder.At("nothing")));

    [Fact]
    public void A_file_that_is_no_data_set_is_an_error_that_names_it() =>
        AssertError("DataUnreadable", _folder.At("x.jpg"), () => ImageDataset.Open(_folder.Write("x.jpg", [1, 2, 3])));

    [Fact]
    public void A_link_to_a_folder_above_does_not_hang()
    {
        _folder.Write("a/b/x.png", []);
        Directory.CreateSymbolicLink(_folder.At("a/b/again"), _folder.At("a"));

        Assert.Equal(["a/b/x.png"], Paths(ImageDataset.Open(_folder.Path)));
    }

    [Fact]
    public void An_image_that_is_none_is_an_error_that_names_it()
    {
        string path = _folder.Write("a/x.png", [1, 2, 3]);
        _folder.Write("a/y.png", Bridge.Load<IImageEncoder>("Media").EncodePng(new RgbImage(1, 1, [1, 2, 3])));
        ImageDataset data = ImageDataset.Open(_folder.Path);

        AssertError("ImageUnreadable", path, () => data.Read(0));
        Assert.Equal([1, 2, 3], data.Read(1).Pixels);
    }

    private string[] Paths(ImageDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(index => Path.GetRelativePath(_folder.Path, data.PathOf(index)).Replace('\\', '/'))];

    private static void AssertError(string errorId, string path, Action action)
    {
        var error = Assert.Throws<QuantPSException>(action);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains($"'{path}'", error.Message);
        Assert.Equal(path, error.Target);
    }
}
