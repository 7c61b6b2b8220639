using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// ShuffleNet v2 (Ma et al., 2018) with the modules of torchvision's quantizable variant (torchvision/models/shufflenetv2.py and
/// quantization/shufflenetv2.py).
/// </summary>
internal static class ShuffleNetV2
{
    private static readonly int[] s_blocks = [4, 8, 4];

    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.UniformFanIn, Zoo.Initialization.UniformFanIn, Zoo.Initialization.UniformFanIn);

    /// <summary>The network whose first stage has the given channels, each further stage twice as many, and the last convolution its own.</summary>
    public static Func<GraphBuilder, int, string> WithChannels(int first, int last) => (graph, classCount) => Build(graph, classCount, first, last);

    private static string Build(GraphBuilder graph, int classCount, int first, int last)
    {
        graph.Declare("conv1");
        string x = ConvNormRelu(graph, "conv1", 0, graph.Input, 24, kernel: 3, stride: 2);
        graph.Declare("maxpool");
        x = graph.MaxPool2d("maxpool", x, kernel: 3, stride: 2, padding: 1);
        for (int stage = 0; stage < s_blocks.Length; stage++)
        {
            string path = $"stage{stage + 2}";
            graph.Declare(path);
            x = Halve(graph, $"{path}.0", x, first << stage);
            for (int block = 1; block < s_blocks[stage]; block++) x = Keep(graph, $"{path}.{block}", x);
        }
        graph.Declare("conv5");
        x = ConvNormRelu(graph, "conv5", 0, x, last, kernel: 1);
        graph.Declare("fc", "quant", "dequant");
        return graph.Linear("fc", graph.Emit(new Mean { Name = "mean", Inputs = [x] }), classCount);
    }

    // The first block of a stage: both branches see all channels, and halve the image.
    private static string Halve(GraphBuilder graph, string path, string x, int channels)
    {
        string branch = $"{path}.branch1";
        graph.Declare(path, branch);
        string y = DepthwiseNorm(graph, branch, 0, x, stride: 2);
        y = ConvNormRelu(graph, branch, 2, y, channels / 2, kernel: 1);
        return JoinAndShuffle(graph, path, y, SecondBranch(graph, $"{path}.branch2", x, channels / 2, stride: 2));
    }

    // The other blocks: half of the channels pass, and the branch sees the other half.
    private static string Keep(GraphBuilder graph, string path, string x)
    {
        int half = graph.ShapeOf(x)[1] / 2;
        graph.Declare(path, $"{path}.branch1");
        string passed = graph.Emit(new Slice { Name = $"{path}.chunk.0", Module = path, Inputs = [x], Dimension = 1, End = half });
        string seen = graph.Emit(new Slice { Name = $"{path}.chunk.1", Module = path, Inputs = [x], Dimension = 1, Start = half });
        return JoinAndShuffle(graph, path, passed, SecondBranch(graph, $"{path}.branch2", seen, half, stride: 1));
    }

    private static string SecondBranch(GraphBuilder graph, string path, string x, int channels, int stride)
    {
        graph.Declare(path);
        x = ConvNormRelu(graph, path, 0, x, channels, kernel: 1);
        x = DepthwiseNorm(graph, path, 3, x, stride);
        return ConvNormRelu(graph, path, 5, x, channels, kernel: 1);
    }

    private static string JoinAndShuffle(GraphBuilder graph, string path, string a, string b)
    {
        graph.DeclareFunctional($"{path}.cat");
        string joined = graph.Concat($"{path}.cat", a, b);
        return graph.Emit(new ChannelShuffle { Name = $"{path}.channel_shuffle", Module = path, Inputs = [joined], Groups = 2 });
    }

    private static string ConvNormRelu(GraphBuilder graph, string path, int index, string x, int channels, int kernel, int stride = 1)
    {
        graph.Declare($"{path}.{index}", $"{path}.{index + 1}", $"{path}.{index + 2}");
        x = graph.Conv2d($"{path}.{index}", x, channels, kernel, stride, padding: kernel / 2);
        return graph.Relu($"{path}.{index + 2}", graph.BatchNorm2d($"{path}.{index + 1}", x));
    }

    private static string DepthwiseNorm(GraphBuilder graph, string path, int index, string x, int stride)
    {
        int channels = graph.ShapeOf(x)[1];
        graph.Declare($"{path}.{index}", $"{path}.{index + 1}");
        x = graph.Conv2d($"{path}.{index}", x, channels, kernel: 3, stride, padding: 1, groups: channels);
        return graph.BatchNorm2d($"{path}.{index + 1}", x);
    }
}
