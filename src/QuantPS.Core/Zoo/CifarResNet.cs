using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The residual networks for CIFAR-10 (He et al., 2015, section 4.2) with shortcuts of option A, which have no parameters: every
/// second row and column, then zero channels on both sides. Modules are named as in github.com/akamaster/pytorch_resnet_cifar10;
/// stubs and functionals, which hold no parameters either, are added in the way of torchvision's quantizable networks.
/// </summary>
internal static class CifarResNet
{
    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.KaimingNormalFanIn, Zoo.Initialization.KaimingNormalFanIn, Zoo.Initialization.UniformFanIn);

    public static Func<GraphBuilder, int, string> WithBlocks(int blocks) => (graph, classCount) => Build(graph, classCount, blocks);

    private static string Build(GraphBuilder graph, int classCount, int blocks)
    {
        graph.Declare("conv1", "bn1", "relu");
        string x = graph.Conv2d("conv1", graph.Input, 16, kernel: 3, padding: 1);
        x = graph.Relu("relu", graph.BatchNorm2d("bn1", x));
        for (int layer = 0; layer < 3; layer++)
        {
            graph.Declare($"layer{layer + 1}");
            for (int i = 0; i < blocks; i++)
                x = BasicBlock(graph, $"layer{layer + 1}.{i}", x, 16 << layer, layer > 0 && i == 0 ? 2 : 1);
        }
        graph.Declare("linear", "quant", "dequant");
        // The original averages a window as wide as the image, which on square images is the whole of it.
        x = graph.Emit(new AdaptiveAvgPool2d { Name = "avg_pool2d", Inputs = [x] });
        x = graph.Emit(new Flatten { Name = "flatten", Inputs = [x] });
        return graph.Linear("linear", x, classCount);
    }

    private static string BasicBlock(GraphBuilder graph, string path, string input, int channels, int stride)
    {
        graph.Declare(path, $"{path}.conv1", $"{path}.bn1", $"{path}.conv2", $"{path}.bn2", $"{path}.shortcut", $"{path}.relu");
        graph.DeclareFunctional($"{path}.add_relu");
        string x = graph.Conv2d($"{path}.conv1", input, channels, kernel: 3, stride, padding: 1);
        x = graph.Relu($"{path}.relu", graph.BatchNorm2d($"{path}.bn1", x));
        x = graph.Conv2d($"{path}.conv2", x, channels, kernel: 3, padding: 1);
        x = graph.BatchNorm2d($"{path}.bn2", x);
        return graph.AddRelu($"{path}.add_relu", x, stride == 1 ? input : Shortcut(graph, $"{path}.shortcut", input, channels));
    }

    private static string Shortcut(GraphBuilder graph, string path, string input, int channels)
    {
        int missing = channels - graph.ShapeOf(input)[1];
        string rows = graph.Emit(new Slice { Name = $"{path}.rows", Module = path, Inputs = [input], Dimension = 2, Step = 2 });
        string columns = graph.Emit(new Slice { Name = $"{path}.columns", Module = path, Inputs = [rows], Dimension = 3, Step = 2 });
        return graph.Emit(new Pad
        {
            Name = path, Module = path, Inputs = [columns], Before = [0, missing / 2, 0, 0], After = [0, missing - missing / 2, 0, 0],
        });
    }
}
