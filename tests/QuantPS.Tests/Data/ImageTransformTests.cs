using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Tests.Data;

public sealed class ImageTransformTests
{
    private static readonly Preprocessing _plain = new(null, null, [0], [1]);

    [Fact]
    public void Values_are_scaled_and_normalized_in_float()
    {
        float[] input = Apply(Preprocessing.Cifar, [3, 1, 2], new RgbImage(2, 1, [0, 128, 255, 255, 1, 2]));

        Assert.Equal(
        [
            (0 / 255f - 0.485f) / 0.229f, (255 / 255f - 0.485f) / 0.229f,
            (128 / 255f - 0.456f) / 0.224f, (1 / 255f - 0.456f) / 0.224f,
            (255 / 255f - 0.406f) / 0.225f, (2 / 255f - 0.406f) / 0.225f,
        ], input);
    }

    [Theory] // torchvision rounds half a pixel to even when it cuts, and pads one pixel more on the right
    [InlineData(5, 4, new[] { 0, 1, 2, 3 })]
    [InlineData(7, 4, new[] { 2, 3, 4, 5 })]
    [InlineData(6, 4, new[] { 1, 2, 3, 4 })]
    [InlineData(3, 4, new[] { 0, 1, 2, -1 })]
    [InlineData(2, 5, new[] { -1, 0, 1, -1, -1 })]
    public void The_centre_is_cut_as_torchvision_cuts_it(int width, int crop, int[] columns)
    {
        byte[] row = [.. Enumerable.Range(0, width).SelectMany(x => Enumerable.Repeat((byte)(x + 1), 3))];
        byte[] pixels = [.. Enumerable.Repeat(row, crop).SelectMany(pixel => pixel)];

        float[] input = Apply(_plain with { Crop = crop }, [1, crop, crop], new RgbImage(width, crop, pixels));

        Assert.Equal(columns.Select(column => (column + 1) / 255f), input[..crop]);
    }

    [Fact]
    public void One_channel_takes_the_luma_and_keeps_grey_as_it_is()
    {
        float[] input = Apply(_plain, [1, 1, 3], new RgbImage(3, 1, [77, 77, 77, 255, 0, 0, 0, 255, 0]));

        Assert.Equal([77 / 255f, 76 / 255f, 150 / 255f], input); // 0.299 and 0.587 of 255
    }

    [Fact]
    public void A_variation_moves_the_crop_and_mirrors_it()
    {
        var transform = new ImageTransform(_plain, [1, 1, 3]);
        byte[] pixels = [10, 10, 10, 20, 20, 20, 30, 30, 30];
        var input = new float[3];

        transform.Apply(new RgbImage(3, 1, pixels), input, "", new Variation(Right: 1, Down: 0, Flip: true));

        Assert.Equal([0, 30 / 255f, 20 / 255f], input);
    }

    [Fact]
    public void An_image_of_another_size_than_the_network_takes_is_an_error_that_names_it()
    {
        var transform = new ImageTransform(Preprocessing.Cifar, [3, 32, 32]);

        var error = Assert.Throws<QuantPSException>(() => transform.Apply(new RgbImage(28, 30, new byte[28 * 30 * 3]), new float[3072], "a.png"));

        Assert.Equal("ImageShapeMismatch", error.ErrorId);
        Assert.Contains("'a.png' is 28x30", error.Message);
    }

    [Fact]
    public void An_image_that_grows_beyond_the_limit_when_resized_is_unreadable()
    {
        var transform = new ImageTransform(Preprocessing.ImageNet, [3, 224, 224]);

        var error = Assert.Throws<QuantPSException>(() => transform.Apply(new RgbImage(100_000, 1, new byte[300_000]), new float[3 * 224 * 224], "a.png"));

        Assert.Equal("ImageUnreadable", error.ErrorId);
        Assert.Contains("a.png", error.Message);
    }

    public static TheoryData<Preprocessing, int> Misfits => new()
    {
        { Preprocessing.ImageNet, 3 },
        { Preprocessing.Cifar, 1 },
        { Preprocessing.Cifar, 4 },
        { Preprocessing.Cifar with { Std = [0] }, 3 },
        { Preprocessing.Cifar with { Mean = [float.NaN] }, 3 },
        { Preprocessing.Cifar with { Mean = [] }, 3 },
        { Preprocessing.Cifar with { Resize = 0 }, 3 },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void Preprocessing_that_does_not_fit_the_network_is_an_error(Preprocessing preprocessing, int channels) =>
        Assert.Equal("PreprocessingMismatch", Assert.Throws<QuantPSException>(() => new ImageTransform(preprocessing, [channels, 32, 32])).ErrorId);

    private static float[] Apply(Preprocessing preprocessing, Shape sample, RgbImage image)
    {
        var input = new float[sample.ElementCount];
        new ImageTransform(preprocessing, sample).Apply(image, input);
        return input;
    }
}
