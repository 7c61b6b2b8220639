using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Data;

/// <summary>
/// Turns images into the input of a network, as torchvision's <c>Resize</c>, <c>CenterCrop</c>, <c>ToTensor</c> and <c>Normalize</c> do
/// on PIL images. A network of one channel gets the image as PIL's <c>convert("L")</c> greys it, which leaves grey images as they
/// are. Immutable, and safe to use from several threads.
/// </summary>
public sealed class ImageTransform
{
    private readonly int _channels, _height, _width;
    private readonly Preprocessing _preprocessing;
    private readonly float[][] _normalized;

    /// <summary>A transform for one network.</summary>
    /// <param name="preprocessing">What to do with the images.</param>
    /// <param name="sample">The shape of one input: channels (1 or 3), height, width.</param>
    /// <exception cref="QuantPSException"><c>PreprocessingMismatch</c>: the preprocessing does not make inputs of this shape.</exception>
    public ImageTransform(Preprocessing preprocessing, Shape sample)
    {
        if (sample.Rank != 3 || sample[0] is not (1 or 3))
            throw Mismatch($"A network that takes {sample} takes no images: its input has to be channels x height x width, with 1 or 3 channels.");
        (_channels, _height, _width) = (sample[0], sample[1], sample[2]);
        if (preprocessing.Crop is { } crop && (crop != _height || crop != _width))
            throw Mismatch($"The preprocessing crops images to {crop}x{crop}, and the network takes {_width}x{_height}.");
        if (preprocessing.Resize < 1)
            throw Mismatch($"Images cannot be resized to {preprocessing.Resize} pixels.");
        _preprocessing = preprocessing;
        float[] std = PerChannel(preprocessing.Std, "standard deviations");
        if (std.Any(value => value <= 0))
            throw Mismatch($"The preprocessing's standard deviations ({string.Join(", ", std)}) have to be above 0.");
        _normalized = Normalize(PerChannel(preprocessing.Mean, "means"), std);
    }

    /// <summary>The number of values in one input.</summary>
    public int SampleLength => _channels * _height * _width;

    /// <summary>Transforms an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">Takes <see cref="SampleLength"/> values, channel by channel, each row by row.</param>
    /// <param name="path">The image's path, for the error.</param>
    /// <exception cref="QuantPSException">
    /// <c>ImageShapeMismatch</c>: without a crop, the image is not as large as the network's input. <c>ImageUnreadable</c>: resized, it is too large.
    /// </exception>
    public void Apply(RgbImage image, Span<float> destination, string path = "") => Apply(image, destination, path, default);

    internal void Apply(RgbImage image, Span<float> destination, string path, Variation variation)
    {
        RgbImage resized = Resize(image, path);
        if (variation.Color is { } color) resized = color.Apply(resized);
        int side = Math.Min(_width, _height);
        if (_preprocessing.Crop is null && (resized.Width != _width || resized.Height != _height))
            throw new QuantPSException("ImageShapeMismatch",
                $"The image '{path}' is {resized.Width}x{resized.Height}, and the network takes {_width}x{_height}. " +
                $"Let the data set resize and crop its images (Import-ImageDataset -Resize {side} -Crop {side}).", path);

        int left = CenterStart(resized.Width, _width) + variation.Right;
        int top = CenterStart(resized.Height, _height) + variation.Down;
        for (int y = 0, to = 0; y < _height; y++)
            for (int x = 0; x < _width; x++, to++)
            {
                (int fromX, int fromY) = (left + (variation.Flip ? _width - 1 - x : x), top + y);
                bool inside = (uint)fromX < (uint)resized.Width && (uint)fromY < (uint)resized.Height;
                ReadOnlySpan<byte> pixel = inside ? resized.Pixels.AsSpan(3 * (fromY * resized.Width + fromX), 3) : [0, 0, 0];
                Put(pixel, destination, to);
            }
    }

    private RgbImage Resize(RgbImage image, string path)
    {
        if (_preprocessing.Resize is not { } side) return image;
        try
        {
            (int width, int height) = Resampling.SizeFor(image.Width, image.Height, side);
            return Resampling.Resize(image, width, height);
        }
        catch (InvalidDataException error)
        {
            throw ImageFile.Unreadable(path, error);
        }
    }

    private void Put(ReadOnlySpan<byte> pixel, Span<float> destination, int at)
    {
        if (_channels == 1)
        {
            destination[at] = _normalized[0][(pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16];
            return;
        }
        int plane = _height * _width;
        destination[at] = _normalized[0][pixel[0]];
        destination[at + plane] = _normalized[1][pixel[1]];
        destination[at + 2 * plane] = _normalized[2][pixel[2]];
    }

    /// <summary>
    /// Where a centred crop starts: torchvision pads a smaller image first, the odd pixel on the right, and rounds a half to even.
    /// </summary>
    private static int CenterStart(int size, int crop) =>
        size < crop ? -((crop - size) / 2) : (int)Math.Round((size - crop) / 2.0, MidpointRounding.ToEven);

    /// <summary>What each of the 256 levels becomes, by channel.</summary>
    private static float[][] Normalize(float[] mean, float[] std) =>
        [.. mean.Zip(std, (mean, std) => Enumerable.Range(0, 256).Select(level => (level / 255f - mean) / std).ToArray())];

    private float[] PerChannel(ImmutableArray<float> values, string what)
    {
        if (values.Length != _channels && values.Length != 1)
            throw Mismatch($"The preprocessing has {values.Length} {what}, and the network's input has {_channels} channels. Give one, or one a channel.");
        if (!values.All(float.IsFinite))
            throw Mismatch($"The preprocessing's {what} ({string.Join(", ", values)}) have to be finite.");
        return [.. Enumerable.Range(0, _channels).Select(channel => values[channel % values.Length])];
    }

    private static QuantPSException Mismatch(string message) => new("PreprocessingMismatch", message);
}
