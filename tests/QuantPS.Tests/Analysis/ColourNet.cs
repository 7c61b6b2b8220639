using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Tests.Analysis;

/// <summary>A network for images of one pixel whose answers can be worked out by hand: the scores are the channels, from 0 to 1.</summary>
internal static class ColourNet
{
    public static QuantModel Create(float weight = 1, params ImmutableArray<string> labels)
    {
        float[] identity = [weight, 0, 0, 0, weight, 0, 0, 0, weight];
        Node[] nodes =
        [
            new Flatten { Name = "flatten", Inputs = ["input"] },
            new Linear { Name = "linear", Module = "linear", Inputs = ["flatten", "linear.weight"] },
        ];
        var constants = new Dictionary<string, Tensor> { ["linear.weight"] = Tensor.From<float>(identity, [3, 3]) };
        return Model(new Graph([new GraphInput("input", [3, 1, 1])], [.. nodes], "linear", constants, ["", "linear"])) with { Labels = labels };
    }

    /// <summary>A network that gives an image, and no scores.</summary>
    public static QuantModel WithoutScores() => Model(new Graph(
        [new GraphInput("input", [3, 1, 1])], [new Relu { Name = "relu", Inputs = ["input"] }], "relu", new Dictionary<string, Tensor>(), [""]));

    /// <summary>Images of one colour each; one that is null cannot be read.</summary>
    public static ImageDataset Images(ImmutableArray<string> classes, params (int Label, byte[]? Colour)[] images) =>
        new("colours", new Pixels([.. images.Select(image => image.Colour)]), classes, [.. images.Select(image => image.Label)]);

    private static QuantModel Model(Graph graph) => new()
    {
        Name = "colours", Architecture = "colours", Graph = graph, Preprocessing = new Preprocessing(null, null, [0f, 0f, 0f], [1f, 1f, 1f]),
    };

    private sealed class Pixels(ImmutableArray<byte[]?> colours) : IImageSource
    {
        public RgbImage Read(int index) => colours[index] is { } colour
            ? new RgbImage(1, 1, colour)
            : throw new QuantPSException("ImageUnreadable", "There is no colour.", PathOf(index));

        public string PathOf(int index) => $"pixel#{index}";
    }
}
