using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Tests.Training;

/// <summary>Convolution, normalization and ReLU; a second one added to the first; a pool and a linear layer.</summary>
internal static class SmallNetwork
{
    public static QuantModel Model(ulong seed = 3) => new()
    {
        Name = "small", Architecture = "small", Graph = Graph(seed), Preprocessing = DrawnImages.Preprocessing,
    };

    public static Graph Graph(ulong seed = 3)
    {
        var random = new SeededRandom(seed);
        var constants = new Dictionary<string, Tensor>
        {
            ["conv1.weight"] = Random(random, 8, 3, 3, 3),
            ["conv2.weight"] = Random(random, 8, 8, 3, 3),
            ["conv2.bias"] = Random(random, 8),
            ["fc.weight"] = Random(random, 4, 128),
            ["fc.bias"] = Random(random, 4),
        };
        foreach (string norm in (string[])["bn1", "bn2"])
        {
            constants[$"{norm}.weight"] = Fill(1);
            constants[$"{norm}.bias"] = Random(random, 8);
            constants[$"{norm}.running_mean"] = Fill(0);
            constants[$"{norm}.running_var"] = Fill(1);
            constants[$"{norm}.num_batches_tracked"] = Tensor.From<long>([0], Shape.Scalar);
        }
        return new Graph([new GraphInput("x", [3, 8, 8])],
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
        ], "fc", constants, ["", "conv1", "bn1", "conv2", "bn2", "fc"]);
    }

    private static BatchNorm2d Norm(string name, string input) => new()
    {
        Name = name, Module = name,
        Inputs = [input, $"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"],
    };

    private static Tensor Fill(float value) => Tensor.From<float>([.. Enumerable.Repeat(value, 8)]);

    private static Tensor Random(SeededRandom random, params ReadOnlySpan<int> sizes)
    {
        Shape shape = Shape.Create(sizes);
        double bound = 1 / Math.Sqrt(Math.Max(shape.ElementCount / shape[0], 8));
        return Tensor.From<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => (float)random.NextDouble(-bound, bound))], shape);
    }
}
