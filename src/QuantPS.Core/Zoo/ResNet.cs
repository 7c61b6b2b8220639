using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The residual networks for ImageNet (He et al., 2015; ResNeXt: Xie et al., 2016) with the modules of torchvision's quantizable variants
/// (torchvision/models/resnet.py and quantization/resnet.py). The stride of a bottleneck is in its 3x3 convolution.
/// </summary>
internal static class ResNet
{
    private const int BottleneckExpansion = 4;

    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.KaimingNormalFanOut, Zoo.Initialization.UniformFanIn, Zoo.Initialization.UniformFanIn);

    public static Func<GraphBuilder, int, string> Basic(params int[] blocks) => (graph, classCount) => Build(graph, classCount, BasicBlock, blocks);

    public static Func<GraphBuilder, int, string> Deep(params int[] blocks) => Grouped(1, 64, blocks);

    /// <summary>ResNeXt: bottlenecks whose 3x3 convolution has groups, each of the given width in the first layer.</summary>
    public static Func<GraphBuilder, int, string> Grouped(int groups, int groupWidth, params int[] blocks) => (graph, classCount) => Build(graph, classCount,
        (builder, path, input, channels, stride) => Bottleneck(builder, path, input, channels, stride, channels * groupWidth / 64 * groups, groups), blocks);

    private delegate string Block(GraphBuilder graph, string path, string input, int channels, int stride);

    private static string Build(GraphBuilder graph, int classCount, Block block, int[] blocks)
    {
        graph.Declare("conv1", "bn1", "relu", "maxpool");
        string x = graph.Conv2d("conv1", graph.Input, 64, kernel: 7, stride: 2, padding: 3);
        x = graph.Relu("relu", graph.BatchNorm2d("bn1", x));
        x = graph.MaxPool2d("maxpool", x, kernel: 3, stride: 2, padding: 1);
        for (int layer = 0; layer < blocks.Length; layer++)
        {
            graph.Declare($"layer{layer + 1}");
            for (int i = 0; i < blocks[layer]; i++)
                x = block(graph, $"layer{layer + 1}.{i}", x, 64 << layer, layer > 0 && i == 0 ? 2 : 1);
        }
        graph.Declare("avgpool", "fc", "quant", "dequant");
        x = graph.Flatten(graph.AveragePool("avgpool", x));
        return graph.Linear("fc", x, classCount);
    }

    public static string BasicBlock(GraphBuilder graph, string path, string input, int channels, int stride)
    {
        graph.Declare(path, $"{path}.conv1", $"{path}.bn1", $"{path}.relu", $"{path}.conv2", $"{path}.bn2");
        bool downsamples = DeclareDownsample(graph, path, input, channels, stride);
        graph.DeclareFunctional($"{path}.add_relu");
        string x = graph.Conv2d($"{path}.conv1", input, channels, kernel: 3, stride, padding: 1);
        x = graph.Relu($"{path}.relu", graph.BatchNorm2d($"{path}.bn1", x));
        x = graph.Conv2d($"{path}.conv2", x, channels, kernel: 3, padding: 1);
        x = graph.BatchNorm2d($"{path}.bn2", x);
        return graph.AddRelu($"{path}.add_relu", x, downsamples ? Downsample(graph, path, input, channels, stride) : input);
    }

    private static string Bottleneck(GraphBuilder graph, string path, string input, int planes, int stride, int width, int groups)
    {
        int channels = planes * BottleneckExpansion;
        graph.Declare(path, $"{path}.conv1", $"{path}.bn1", $"{path}.conv2", $"{path}.bn2", $"{path}.conv3", $"{path}.bn3", $"{path}.relu");
        bool downsamples = DeclareDownsample(graph, path, input, channels, stride);
        graph.DeclareFunctional($"{path}.skip_add_relu");
        graph.Declare($"{path}.relu1", $"{path}.relu2");
        string x = graph.Conv2d($"{path}.conv1", input, width, kernel: 1);
        x = graph.Relu($"{path}.relu1", graph.BatchNorm2d($"{path}.bn1", x));
        x = graph.Conv2d($"{path}.conv2", x, width, kernel: 3, stride, padding: 1, groups);
        x = graph.Relu($"{path}.relu2", graph.BatchNorm2d($"{path}.bn2", x));
        x = graph.Conv2d($"{path}.conv3", x, channels, kernel: 1);
        x = graph.BatchNorm2d($"{path}.bn3", x);
        return graph.AddRelu($"{path}.skip_add_relu", x, downsamples ? Downsample(graph, path, input, channels, stride) : input);
    }

    private static bool DeclareDownsample(GraphBuilder graph, string path, string input, int channels, int stride)
    {
        if (stride == 1 && graph.ShapeOf(input)[1] == channels) return false;
        graph.Declare($"{path}.downsample", $"{path}.downsample.0", $"{path}.downsample.1");
        return true;
    }

    private static string Downsample(GraphBuilder graph, string path, string input, int channels, int stride) =>
        graph.BatchNorm2d($"{path}.downsample.1", graph.Conv2d($"{path}.downsample.0", input, channels, kernel: 1, stride));
}
