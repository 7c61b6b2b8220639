using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// MobileNet v3 (Howard et al., 2019) with the modules of torchvision's quantizable variant (torchvision/models/mobilenetv3.py,
/// quantization/mobilenetv3.py, and <c>SqueezeExcitation</c> in torchvision/ops/misc.py).
/// </summary>
internal static class MobileNetV3
{
    private const float Epsilon = 1e-3f, Momentum = 0.01f;

    private static readonly Block[] s_large =
    [
        new(3, 16, 16, Activation.Relu), new(3, 64, 24, Activation.Relu, Stride: 2), new(3, 72, 24, Activation.Relu),
        new(5, 72, 40, Activation.Relu, Stride: 2, Squeezes: true), new(5, 120, 40, Activation.Relu, Squeezes: true),
        new(5, 120, 40, Activation.Relu, Squeezes: true),
        new(3, 240, 80, Activation.Hardswish, Stride: 2), new(3, 200, 80, Activation.Hardswish), new(3, 184, 80, Activation.Hardswish),
        new(3, 184, 80, Activation.Hardswish),
        new(3, 480, 112, Activation.Hardswish, Squeezes: true), new(3, 672, 112, Activation.Hardswish, Squeezes: true),
        new(5, 672, 160, Activation.Hardswish, Stride: 2, Squeezes: true), new(5, 960, 160, Activation.Hardswish, Squeezes: true),
        new(5, 960, 160, Activation.Hardswish, Squeezes: true),
    ];

    private enum Activation { None, Relu, Hardswish }

    private readonly record struct Block(int Kernel, int Expanded, int Channels, Activation Activation, int Stride = 1, bool Squeezes = false);

    public static string BuildLarge(GraphBuilder graph, int classCount)
    {
        graph.Declare("features");
        string x = ConvNormActivation(graph, "features.0", graph.Input, 16, kernel: 3, Activation.Hardswish, stride: 2);
        int index = 1;
        foreach (Block block in s_large) x = InvertedResidual(graph, $"features.{index++}", x, block);
        x = ConvNormActivation(graph, $"features.{index}", x, 6 * graph.ShapeOf(x)[1], kernel: 1, Activation.Hardswish);
        graph.Declare("avgpool", "classifier", "classifier.0", "classifier.1", "classifier.2", "classifier.3", "quant", "dequant");
        x = graph.Linear("classifier.0", graph.Flatten(graph.AveragePool("avgpool", x)), 1280);
        x = Activate(graph, "classifier.1", x, Activation.Hardswish);
        return graph.Linear("classifier.3", graph.Dropout("classifier.2", x, 0.2f), classCount);
    }

    private static string InvertedResidual(GraphBuilder graph, string path, string input, Block block)
    {
        string inner = $"{path}.block";
        graph.Declare(path, inner);
        int inputChannels = graph.ShapeOf(input)[1], index = 0;
        string x = input;
        if (block.Expanded != inputChannels)
            x = ConvNormActivation(graph, $"{inner}.{index++}", x, block.Expanded, kernel: 1, block.Activation);
        x = ConvNormActivation(graph, $"{inner}.{index++}", x, block.Expanded, block.Kernel, block.Activation, block.Stride, groups: block.Expanded);
        if (block.Squeezes) x = SqueezeExcitation(graph, $"{inner}.{index++}", x);
        x = ConvNormActivation(graph, $"{inner}.{index}", x, block.Channels, kernel: 1, Activation.None);
        // torchvision gives every block a functional, and uses it where there is a residual.
        graph.DeclareFunctional($"{path}.skip_add");
        return block.Stride == 1 && inputChannels == block.Channels ? graph.Add($"{path}.skip_add", input, x) : x;
    }

    private static string SqueezeExcitation(GraphBuilder graph, string path, string input)
    {
        graph.Declare(path, $"{path}.avgpool", $"{path}.fc1", $"{path}.fc2", $"{path}.activation", $"{path}.scale_activation");
        graph.DeclareFunctional($"{path}.skip_mul");
        int channels = graph.ShapeOf(input)[1];
        string x = graph.AveragePool($"{path}.avgpool", input);
        x = graph.Conv2d($"{path}.fc1", x, Divisible(channels / 4), kernel: 1, bias: true);
        x = graph.Conv2d($"{path}.fc2", graph.Relu($"{path}.activation", x), channels, kernel: 1, bias: true);
        x = graph.Emit(new Hardsigmoid { Name = $"{path}.scale_activation", Module = $"{path}.scale_activation", Inputs = [x] });
        return graph.Multiply($"{path}.skip_mul", x, input);
    }

    private static string ConvNormActivation(
        GraphBuilder graph, string path, string x, int channels, int kernel, Activation activation, int stride = 1, int groups = 1)
    {
        graph.Declare(path, $"{path}.0", $"{path}.1");
        x = graph.Conv2d($"{path}.0", x, channels, kernel, stride, padding: kernel / 2, groups);
        x = graph.BatchNorm2d($"{path}.1", x, Epsilon, Momentum);
        if (activation == Activation.None) return x;
        graph.Declare($"{path}.2");
        return Activate(graph, $"{path}.2", x, activation);
    }

    private static string Activate(GraphBuilder graph, string path, string x, Activation activation) => activation == Activation.Relu
        ? graph.Relu(path, x)
        : graph.Emit(new Hardswish { Name = path, Module = path, Inputs = [x] });

    /// <summary>The nearest multiple of 8 that is not below nine tenths (<c>_make_divisible</c>).</summary>
    private static int Divisible(int channels)
    {
        int nearest = Math.Max(8, (channels + 4) / 8 * 8);
        return nearest < 0.9 * channels ? nearest + 8 : nearest;
    }
}
