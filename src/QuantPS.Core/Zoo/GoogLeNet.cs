using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// GoogLeNet (Szegedy et al., 2014) with batch normalization, and with the modules of torchvision's quantizable variant
/// (torchvision/models/googlenet.py and quantization/googlenet.py). Its 5x5 convolutions are 3x3, as in all published weights.
/// </summary>
internal static class GoogLeNet
{
    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.TruncatedNormal(0.01), Zoo.Initialization.TruncatedNormal(0.01), Zoo.Initialization.UniformFanIn);

    public static string Build(GraphBuilder graph, int classCount)
    {
        string x = graph.BasicConv("conv1", graph.TransformInput(), 64, kernel: 7, stride: 2, padding: 3);
        x = MaxPool(graph, "maxpool1", x);
        x = graph.BasicConv("conv2", x, 64, kernel: 1);
        x = graph.BasicConv("conv3", x, 192, kernel: 3, padding: 1);
        x = MaxPool(graph, "maxpool2", x);
        x = Inception(graph, "inception3a", x, 64, (96, 128), (16, 32), 32);
        x = Inception(graph, "inception3b", x, 128, (128, 192), (32, 96), 64);
        x = MaxPool(graph, "maxpool3", x);
        string first = x = Inception(graph, "inception4a", x, 192, (96, 208), (16, 48), 64);
        x = Inception(graph, "inception4b", x, 160, (112, 224), (24, 64), 64);
        x = Inception(graph, "inception4c", x, 128, (128, 256), (24, 64), 64);
        string second = x = Inception(graph, "inception4d", x, 112, (144, 288), (32, 64), 64);
        x = Inception(graph, "inception4e", x, 256, (160, 320), (32, 128), 128);
        x = MaxPool(graph, "maxpool4", x, kernel: 2);
        x = Inception(graph, "inception5a", x, 256, (160, 320), (32, 128), 128);
        x = Inception(graph, "inception5b", x, 384, (192, 384), (48, 128), 128);
        if (graph.Options.AuxiliaryHeads)
        {
            AuxiliaryHead(graph, "aux1", first, classCount);
            AuxiliaryHead(graph, "aux2", second, classCount);
        }
        graph.Declare("avgpool", "dropout", "fc", "quant", "dequant");
        x = graph.Flatten(graph.AveragePool("avgpool", x));
        return graph.Linear("fc", graph.Dropout("dropout", x, 0.2f), classCount);
    }

    private static string Inception(
        GraphBuilder graph, string path, string x, int single, (int Reduced, int Channels) middle, (int Reduced, int Channels) large, int pooled)
    {
        graph.Declare(path);
        string a = graph.BasicConv($"{path}.branch1", x, single, kernel: 1);
        string b = Reduced(graph, $"{path}.branch2", x, middle);
        string c = Reduced(graph, $"{path}.branch3", x, large);
        string pool = $"{path}.branch4.0";
        graph.Declare($"{path}.branch4", pool);
        string d = graph.BasicConv($"{path}.branch4.1", graph.MaxPool2d(pool, x, kernel: 3, stride: 1, padding: 1, ceilMode: true), pooled, kernel: 1);
        graph.DeclareFunctional($"{path}.cat");
        return graph.Concat($"{path}.cat", a, b, c, d);
    }

    private static string Reduced(GraphBuilder graph, string path, string x, (int Reduced, int Channels) sizes)
    {
        graph.Declare(path);
        x = graph.BasicConv($"{path}.0", x, sizes.Reduced, kernel: 1);
        return graph.BasicConv($"{path}.1", x, sizes.Channels, kernel: 3, padding: 1);
    }

    private static string MaxPool(GraphBuilder graph, string path, string x, int kernel = 3)
    {
        graph.Declare(path);
        return graph.MaxPool2d(path, x, kernel, stride: 2, ceilMode: true);
    }

    private static void AuxiliaryHead(GraphBuilder graph, string path, string x, int classCount)
    {
        graph.Declare(path);
        x = graph.Emit(new AdaptiveAvgPool2d { Name = $"{path}.adaptive_avg_pool2d", Module = path, Inputs = [x], Output = 4 });
        x = graph.BasicConv($"{path}.conv", x, 128, kernel: 1);
        x = graph.Flatten(x, $"{path}.flatten");
        graph.Declare($"{path}.fc1", $"{path}.fc2", $"{path}.dropout", $"{path}.relu");
        x = graph.Relu($"{path}.relu", graph.Linear($"{path}.fc1", x, 1024));
        graph.Linear($"{path}.fc2", graph.Dropout($"{path}.dropout", x, 0.7f), classCount);
    }
}
