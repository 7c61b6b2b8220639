using QuantPS.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("mobilenet_v2", 3_504_872)]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("cifar_resnet20", 269_722)]
    [InlineData("cifar_resnet32", 464_154)]
    [InlineData("cifar_resnet44", 658_586)]
    [InlineData("cifar_resnet56", 853_018)]
    [InlineData("cifar_resnet110", 1_727_962)]
    public void An_architecture_has_the_parameters_that_its_paper_counts(string name, long count)
    {
        Graph graph = Zeros(name);
        Assert.Equal(count, graph.Constants.Where(c => !IsBuffer(c.Key)).Sum(c => c.Value.Shape.ElementCount));
    }

    [Fact]
    public void Every_architecture_gives_one_score_a_class_and_has_a_module_for_each_node()
    {
        foreach (Architecture architecture in Architectures.All)
        {
            Graph graph = architecture.Build((_, shape, _) => new Tensor(ElementType.Float32, shape, new byte[4 * shape.ElementCount]), 7);
            Assert.Equal([2, 7], graph.InferTypes(2)[graph.Output].Shape);
            Assert.Equal(architecture.Classifier, graph.Output);
            Assert.Equal("", graph.Modules[0]);
            foreach (string path in graph.Modules.Skip(1))
                Assert.Contains(path.Contains('.') ? path[..path.LastIndexOf('.')] : "", graph.Modules);
        }
    }

    [Fact]
    public void The_modules_of_MobileNet_v2_are_those_of_torchvision_in_its_order()
    {
        Graph graph = Zeros("mobilenet_v2");
        Assert.Equal(
            ["", "features", "features.0", "features.0.0", "features.0.1", "features.0.2",
             "features.1", "features.1.conv", "features.1.conv.0", "features.1.conv.0.0", "features.1.conv.0.1", "features.1.conv.0.2",
             "features.1.conv.1", "features.1.conv.2", "features.1.skip_add", "features.1.skip_add.activation_post_process", "features.2"],
            graph.Modules.Take(17));
        Assert.Equal(
            ["features.18.2", "classifier", "classifier.0", "classifier.1", "quant", "dequant"], graph.Modules.TakeLast(6));
        Assert.Equal(17, graph.Modules.Count(path => path.EndsWith("skip_add")));
        Assert.Equal(10, graph.Nodes.Count(node => node is Add));
    }

    [Fact]
    public void The_modules_of_a_bottleneck_are_those_of_torchvision_in_its_order() => Assert.Equal(
        ["conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "relu", "downsample", "downsample.0", "downsample.1",
         "skip_add_relu", "skip_add_relu.activation_post_process", "relu1", "relu2"],
        Zeros("resnet50").Modules.Where(path => path.StartsWith("layer1.0.")).Select(path => path["layer1.0.".Length..]));

    [Fact]
    public void A_seed_gives_the_same_weights_and_another_seed_gives_others()
    {
        Architecture architecture = Architectures.Find("cifar_resnet20");
        Tensor first = architecture.Create(1).Graph.Constants["layer1.0.conv1.weight"];
        Assert.Equal(first.Bytes, architecture.Create(1).Graph.Constants["layer1.0.conv1.weight"].Bytes);
        Assert.False(first.Bytes.SequenceEqual(architecture.Create(2).Graph.Constants["layer1.0.conv1.weight"].Bytes));
    }

    [Theory]
    [InlineData("features.18.0.weight", 0.0395)] // sqrt(2 / 1280)
    [InlineData("features.17.conv.1.0.weight", 0.0152)] // Depthwise: sqrt(2 / (960 * 9)), for PyTorch's fan counts all outputs.
    [InlineData("classifier.1.weight", 0.01)]
    public void The_weights_of_MobileNet_v2_start_with_the_spread_of_torchvision(string name, double deviation)
    {
        float[] values = Architectures.Find("mobilenet_v2").Create(0).Graph.Constants[name].ToFloats();
        Assert.InRange(values.Average(v => v), -0.05 * deviation, 0.05 * deviation);
        Assert.InRange(Math.Sqrt(values.Average(v => (double)v * v)), 0.97 * deviation, 1.03 * deviation);
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_suggests_the_nearest()
    {
        var error = Assert.Throws<QuantPSException>(() => Architectures.Find("mobilnet-v2"));
        Assert.Equal("ModelNameUnknown", error.ErrorId);
        Assert.Contains("'mobilenet_v2'?", error.Message);
        Assert.Same(Architectures.Find("resnet18"), Architectures.Find("ResNet18"));
    }

    private static bool IsBuffer(string name) => name.Contains("running_") || name.EndsWith("num_batches_tracked");

    private static Graph Zeros(string name)
    {
        Architecture architecture = Architectures.Find(name);
        return architecture.Build(
            (_, shape, _) => new Tensor(ElementType.Float32, shape, new byte[4 * shape.ElementCount]), architecture.ClassCount);
    }
}
