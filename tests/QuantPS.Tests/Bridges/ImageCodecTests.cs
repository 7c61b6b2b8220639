using QuantPS.Bridges;
using QuantPS.Data;

namespace QuantPS.Tests.Bridges;

public sealed class ImageCodecTests
{
    private readonly IImageDecoder _decoder = Bridge.Load<IImageDecoder>("Media");
    private readonly IImageEncoder _encoder = Bridge.Load<IImageEncoder>("Media");

    [Fact]
    public void A_png_comes_back_as_it_was()
    {
        RgbImage image = Gradient(37, 19);

        RgbImage back = _decoder.Decode(_encoder.EncodePng(image));

        Assert.Equal((37, 19), (back.Width, back.Height));
        Assert.Equal(image.Pixels, back.Pixels);
    }

    [Fact]
    public void Alpha_is_dropped_without_blending()
    {
        byte[] png = Png.Encode(2, 1, colorType: 6, [10, 20, 30, 0, 40, 50, 60, 128]);

        Assert.Equal([10, 20, 30, 40, 50, 60], _decoder.Decode(png).Pixels);
    }

    [Fact]
    public void Grey_is_expanded()
    {
        byte[] png = Png.Encode(2, 1, colorType: 0, [7, 200]);

        Assert.Equal([7, 7, 7, 200, 200, 200], _decoder.Decode(png).Pixels);
    }

    [Fact]
    public void A_header_that_promises_too_many_pixels_is_refused_before_decoding()
    {
        byte[] png = Png.Encode(1, 1, colorType: 2, [1, 2, 3], declaredWidth: 100_000, declaredHeight: 100_000);

        var error = Assert.Throws<InvalidDataException>(() => _decoder.Decode(png));

        Assert.Contains("100000x100000", error.Message);
    }

    [Fact]
    public void A_png_that_is_cut_off_is_an_error_unless_every_pixel_was_there()
    {
        RgbImage image = Gradient(16, 16);
        byte[] png = _encoder.EncodePng(image);
        AssertErrorUnlessWhole(image, png, trailer: 32);
    }

    [Fact]
    public void A_jpeg_that_is_cut_off_is_an_error_unless_every_pixel_was_there()
    {
        byte[] jpeg = File.ReadAllBytes(Repository.Shared("data/cifar10/test/airplane/0000.jpg"));
        RgbImage image = _decoder.Decode(jpeg);

        Assert.Equal((32, 32), (image.Width, image.Height));
        AssertErrorUnlessWhole(image, jpeg, trailer: 8);
    }

    private void AssertErrorUnlessWhole(RgbImage image, byte[] encoded, int trailer)
    {
        int errors = 0;
        for (int length = 0; length < encoded.Length; length++)
            try
            {
                Assert.Equal(image.Pixels, _decoder.Decode(encoded.AsSpan(0, length)).Pixels);
            }
            catch (InvalidDataException)
            {
                errors++;
            }

        Assert.InRange(errors, encoded.Length - trailer, encoded.Length);
    }

    private static RgbImage Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 7 + i / 50);
        return new RgbImage(width, height, pixels);
    }
}
