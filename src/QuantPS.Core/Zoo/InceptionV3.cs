using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// Inception v3 (Szegedy et al., 2015) with the modules of torchvision's quantizable variant (torchvision/models/inception.py and
/// quantization/inception.py).
/// </summary>
internal static class InceptionV3
{
    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.TruncatedNormal(0.1), Zoo.Initialization.TruncatedNormal(0.1), Zoo.Initialization.UniformFanIn);

    public static string Build(GraphBuilder graph, int classCount)
    {
        string x = graph.BasicConv("Conv2d_1a_3x3", graph.TransformInput(), 32, kernel: 3, stride: 2);
        x = graph.BasicConv("Conv2d_2a_3x3", x, 32, kernel: 3);
        x = graph.BasicConv("Conv2d_2b_3x3", x, 64, kernel: 3, padding: 1);
        x = MaxPool(graph, "maxpool1", x);
        x = graph.BasicConv("Conv2d_3b_1x1", x, 80, kernel: 1);
        x = graph.BasicConv("Conv2d_4a_3x3", x, 192, kernel: 3);
        x = MaxPool(graph, "maxpool2", x);
        x = new InceptionBlock(graph, "Mixed_5b", x).A(pooled: 32);
        x = new InceptionBlock(graph, "Mixed_5c", x).A(pooled: 64);
        x = new InceptionBlock(graph, "Mixed_5d", x).A(pooled: 64);
        x = new InceptionBlock(graph, "Mixed_6a", x).B();
        x = new InceptionBlock(graph, "Mixed_6b", x).C(inner: 128);
        x = new InceptionBlock(graph, "Mixed_6c", x).C(inner: 160);
        x = new InceptionBlock(graph, "Mixed_6d", x).C(inner: 160);
        x = new InceptionBlock(graph, "Mixed_6e", x).C(inner: 192);
        if (graph.Options.AuxiliaryHeads) AuxiliaryHead(graph, "AuxLogits", x, classCount);
        x = new InceptionBlock(graph, "Mixed_7a", x).D();
        x = new InceptionBlock(graph, "Mixed_7b", x).E();
        x = new InceptionBlock(graph, "Mixed_7c", x).E();
        graph.Declare("avgpool", "dropout", "fc", "quant", "dequant");
        x = graph.Dropout("dropout", graph.AveragePool("avgpool", x), 0.5f);
        return graph.Linear("fc", graph.Flatten(x), classCount);
    }

    private static string MaxPool(GraphBuilder graph, string path, string x)
    {
        graph.Declare(path);
        return graph.MaxPool2d(path, x, kernel: 3, stride: 2);
    }

    private static void AuxiliaryHead(GraphBuilder graph, string path, string x, int classCount)
    {
        graph.Declare(path);
        x = graph.Emit(new AvgPool2d { Name = $"{path}.avg_pool2d", Module = path, Inputs = [x], Window = new(5, 3, 0) });
        x = graph.BasicConv($"{path}.conv0", x, 128, kernel: 1);
        x = graph.BasicConv($"{path}.conv1", x, 768, kernel: 5, weight: Zoo.Initialization.TruncatedNormal(0.01));
        x = graph.Emit(new AdaptiveAvgPool2d { Name = $"{path}.adaptive_avg_pool2d", Module = path, Inputs = [x] });
        graph.Declare($"{path}.fc");
        graph.Linear($"{path}.fc", graph.Flatten(x, $"{path}.flatten"), classCount, Zoo.Initialization.TruncatedNormal(0.001));
    }
}
