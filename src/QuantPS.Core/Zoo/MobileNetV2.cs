using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// MobileNet v2 (Sandler et al., 2018) with the modules of torchvision's quantizable variant
/// (torchvision/models/mobilenetv2.py and quantization/mobilenetv2.py).
/// </summary>
internal static class MobileNetV2
{
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] s_stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.KaimingNormalFanOut, Zoo.Initialization.Normal(0.01), Zoo.Initialization.Zeros);

    public static string Build(GraphBuilder graph, int classCount)
    {
        graph.Declare("features");
        string x = ConvNormActivation(graph, "features.0", graph.Input, 32, kernel: 3, stride: 2);
        int index = 1;
        foreach ((int expansion, int channels, int blocks, int stride) in s_stages)
            for (int block = 0; block < blocks; block++)
                x = InvertedResidual(graph, $"features.{index++}", x, channels, block == 0 ? stride : 1, expansion);
        x = ConvNormActivation(graph, $"features.{index}", x, 1280, kernel: 1);
        x = graph.Emit(new AdaptiveAvgPool2d { Name = "adaptive_avg_pool2d", Inputs = [x] });
        x = graph.Emit(new Flatten { Name = "flatten", Inputs = [x] });
        graph.Declare("classifier", "classifier.0", "classifier.1", "quant", "dequant");
        x = graph.Emit(new Dropout { Name = "classifier.0", Module = "classifier.0", Inputs = [x], Probability = 0.2f });
        return graph.Linear("classifier.1", x, classCount);
    }

    private static string InvertedResidual(GraphBuilder graph, string path, string input, int channels, int stride, int expansion)
    {
        string conv = $"{path}.conv";
        graph.Declare(path, conv);
        int inputChannels = graph.ShapeOf(input)[1], hidden = inputChannels * expansion, index = 0;
        string x = input;
        if (expansion != 1) x = ConvNormActivation(graph, $"{conv}.{index++}", x, hidden, kernel: 1);
        x = ConvNormActivation(graph, $"{conv}.{index++}", x, hidden, kernel: 3, stride, groups: hidden);
        graph.Declare($"{conv}.{index}", $"{conv}.{index + 1}");
        x = graph.Conv2d($"{conv}.{index}", x, channels, kernel: 1);
        x = graph.BatchNorm2d($"{conv}.{index + 1}", x);
        // torchvision gives every block a functional, and uses it where there is a residual.
        graph.DeclareFunctional($"{path}.skip_add");
        return stride == 1 && inputChannels == channels ? graph.Add($"{path}.skip_add", input, x) : x;
    }

    private static string ConvNormActivation(
        GraphBuilder graph, string path, string x, int channels, int kernel, int stride = 1, int groups = 1)
    {
        graph.Declare(path, $"{path}.0", $"{path}.1", $"{path}.2");
        x = graph.Conv2d($"{path}.0", x, channels, kernel, stride, padding: (kernel - 1) / 2, groups);
        x = graph.BatchNorm2d($"{path}.1", x);
        return graph.Relu($"{path}.2", x, maximum: 6);
    }
}
