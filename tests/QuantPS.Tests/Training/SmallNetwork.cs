using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Tests.Training;

/// <summary>Small graphs for images of 3x8x8 and four classes.</summary>
internal static class SmallNetwork
{
    private static readonly Node[] Residual =
    [
        new Conv2d { Name = "conv1", Module = "conv1", Inputs = ["x", "conv1.weight"], Window = new Window2(3, 1, 1) },
        Norm("bn1", "conv1"),
        new Relu { Name = "relu1", Inputs = ["bn1"] },
        new Conv2d { Name = "conv2", Module = "conv2", Inputs = ["relu1", "conv2.weight", "conv2.bias"], Window = new Window2(3, 1, 1) },
        Norm("bn2", "conv2"),
        new Add { Name = "add", Inputs = ["bn2", "relu1"] },
        new Relu { Name = "relu2", Inputs = ["add"] },
        new MaxPool2d { Name = "pool", Inputs = ["relu2"], Window = new Window2(2, 2, 0) },
        new Flatten { Name = "flatten", Inputs = ["pool"] },
        new Linear { Name = "fc", Module = "fc", Inputs = ["flatten", "fc.weight", "fc.bias"] },
    ];

    private static readonly Node[] AllOperators =
    [
        new TransformInput { Name = "transform", Inputs = ["x"], Scale = [0.5f, 0.8f, 1.2f], Shift = [0.1f, -0.2f, 0.3f] },
        new Conv2d { Name = "conv1", Module = "conv1", Inputs = ["transform", "conv1.weight"], Window = new Window2(3, 1, 1) },
        Norm("bn1", "conv1"),
        new Relu { Name = "relu6", Inputs = ["bn1"], Maximum = 0.5f },
        new Conv2d { Name = "depthwise", Inputs = ["relu6", "depthwise.weight", "conv2.bias"], Window = new Window2(3, 1, 2, 2), Groups = 8 },
        new MaxPool2d { Name = "max", Inputs = ["depthwise"], Window = new Window2(3, 2, 1, 1, CeilMode: true) },
        new AvgPool2d { Name = "average", Inputs = ["relu6"], Window = new Window2(3, 2, 1), CountIncludePad = false },
        new Slice { Name = "rows", Inputs = ["max"], Dimension = 2, Start = 1, End = 4, Step = 2 },
        new Pad { Name = "pad", Inputs = ["rows"], Before = [0, 0, 1, 0], After = [0, 0, 1, 0] },
        new Slice { Name = "columns", Inputs = ["pad"], Dimension = 3, End = 4 },
        new AdaptiveAvgPool2d { Name = "quarters", Inputs = ["average"], Output = new Size2(4, 4) },
        new Concat { Name = "joined", Inputs = ["columns", "quarters"] },
        new ChannelShuffle { Name = "shuffled", Inputs = ["joined"], Groups = 2 },
        new Hardswish { Name = "swish", Inputs = ["shuffled"] },
        new Mean { Name = "channels", Inputs = ["swish"], KeepDimensions = true },
        new Hardsigmoid { Name = "gate", Inputs = ["channels"] },
        new Multiply { Name = "scaled", Inputs = ["gate", "swish"] },
        new Sigmoid { Name = "sigmoid", Inputs = ["scaled"] },
        new AdaptiveAvgPool2d { Name = "means", Inputs = ["sigmoid"], Output = new Size2(4, 2) },
        new Dropout { Name = "dropout", Inputs = ["means"], Probability = 0.25f },
        new Flatten { Name = "flatten", Inputs = ["dropout"] },
        new Linear { Name = "fc", Module = "fc", Inputs = ["flatten", "fc.weight", "fc.bias"] },
    ];

    /// <summary>Convolution, normalization and ReLU; a second one added to the first; a pool and a linear layer.</summary>
    public static QuantModel Model(ulong seed = 3) => Wrap(Residual, seed);

    /// <summary>A network in which every operator that can be trained occurs.</summary>
    public static QuantModel WithAllOperators(ulong seed = 3) => Wrap(AllOperators, seed);

    /// <summary>A linear layer on so many pixels of the first channel, and nothing else.</summary>
    public static QuantModel WithFeatures(int count) => Wrap([
        new Flatten { Name = "flatten", Inputs = ["x"] },
        new Slice { Name = "pixels", Inputs = ["flatten"], Dimension = 1, End = count },
        new Linear { Name = "fc", Module = "fc", Inputs = ["pixels", "pixels.weight", "fc.bias"] }], 3, ("pixels.weight", [4, count]));

    /// <summary>A linear layer with a normalization and a ReLU, and another linear layer.</summary>
    public static QuantModel WithNormalizedFeatures(ulong seed = 3) => Wrap([
        new AvgPool2d { Name = "pool", Inputs = ["x"], Window = new Window2(2, 2, 0) },
        new Flatten { Name = "flatten", Inputs = ["pool"] },
        new Linear { Name = "hidden", Module = "hidden", Inputs = ["flatten", "hidden.weight", "conv2.bias"] },
        new BatchNorm1d { Name = "bn1", Module = "bn1", Inputs = ["hidden", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"] },
        new Relu { Name = "relu", Inputs = ["bn1"] },
        new Linear { Name = "fc", Module = "fc", Inputs = ["relu", "last.weight", "fc.bias"] }], seed, ("hidden.weight", [8, 48]), ("last.weight", [4, 8]));

    /// <summary>The same model with other constants.</summary>
    public static QuantModel With(this QuantModel model, params (string Name, Tensor Value)[] constants) => model with
    {
        Graph = model.Graph.With(constants: model.Graph.Constants.ToImmutableDictionary()
            .SetItems(constants.Select(constant => KeyValuePair.Create(constant.Name, constant.Value)))),
    };

    private static QuantModel Wrap(Node[] nodes, ulong seed, params ReadOnlySpan<(string Name, int[] Sizes)> more)
    {
        var random = new SeededRandom(seed);
        var constants = new Dictionary<string, Tensor>
        {
            ["conv1.weight"] = Random(random, 8, 3, 3, 3),
            ["conv2.weight"] = Random(random, 8, 8, 3, 3),
            ["conv2.bias"] = Random(random, 8),
            ["depthwise.weight"] = Random(random, 8, 1, 3, 3),
            ["fc.weight"] = Random(random, 4, 128),
            ["fc.bias"] = Random(random, 4),
        };
        foreach ((string name, int[] sizes) in more) constants[name] = Random(random, sizes);
        foreach (string norm in (string[])["bn1", "bn2"])
        {
            constants[$"{norm}.weight"] = Tensor.From<float>([1, 1, 1, 1, 1, 1, 1, 1]);
            constants[$"{norm}.bias"] = Random(random, 8);
            constants[$"{norm}.running_mean"] = Tensor.From<float>(new float[8]);
            constants[$"{norm}.running_var"] = Tensor.From<float>([1, 1, 1, 1, 1, 1, 1, 1]);
            constants[$"{norm}.num_batches_tracked"] = Tensor.From<long>([0], Shape.Scalar);
        }
        return new QuantModel
        {
            Name = "small", Architecture = "small", Preprocessing = DrawnImages.Preprocessing,
            Graph = new Graph([new GraphInput("x", [3, 8, 8])], [.. nodes], "fc", constants, [""]),
        };
    }

    private static BatchNorm2d Norm(string name, string input) => new()
    {
        Name = name, Module = name,
        Inputs = [input, $"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"],
    };

    private static Tensor Random(SeededRandom random, params ReadOnlySpan<int> sizes)
    {
        Shape shape = Shape.Create(sizes);
        double bound = 1 / Math.Sqrt(Math.Max(shape.ElementCount / shape[0], 8));
        return Tensor.From<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => (float)random.NextDouble(-bound, bound))], shape);
    }
}
