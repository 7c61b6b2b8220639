using QuantPS.Analysis;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("mobilenet_v2", 3_504_872)]
    [InlineData("mobilenet_v3_large", 5_483_032)]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("resnext101_32x8d", 88_791_336)]
    [InlineData("resnext101_64x4d", 83_455_272)]
    [InlineData("inception_v3 with heads", 27_161_264)]
    [InlineData("inception_v3", 23_834_568)]
    [InlineData("googlenet", 6_624_904)]
    [InlineData("googlenet with heads", 13_004_888)]
    [InlineData("shufflenet_v2_x0_5", 1_366_792)]
    [InlineData("shufflenet_v2_x1_0", 2_278_604)]
    [InlineData("shufflenet_v2_x1_5", 3_503_624)]
    [InlineData("shufflenet_v2_x2_0", 7_393_996)]
    [InlineData("cifar_resnet20", 269_722)]
    [InlineData("cifar_resnet32", 464_154)]
    [InlineData("cifar_resnet44", 658_586)]
    [InlineData("cifar_resnet56", 853_018)]
    [InlineData("cifar_resnet110", 1_727_962)]
    public void An_architecture_has_the_parameters_that_its_publisher_counts(string name, long count)
    {
        Graph graph = Zeros(name);
        Assert.Equal(count, graph.Constants.Where(c => !IsBuffer(c.Key)).Sum(c => c.Value.Shape.ElementCount));
        Assert.Equal(count, GraphAnalysis.ParameterCount(graph));
    }

    [Theory]
    [InlineData("mobilenet_v3_large")]
    [InlineData("resnet50")]
    [InlineData("resnext101_32x8d")]
    [InlineData("resnext101_64x4d")]
    [InlineData("inception_v3")]
    [InlineData("inception_v3 with heads")]
    [InlineData("googlenet")]
    [InlineData("googlenet with heads")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("shufflenet_v2_x1_5")]
    [InlineData("shufflenet_v2_x2_0")]
    public void The_state_dict_has_the_keys_of_torchvision_in_its_order_and_their_shapes(string name) => Assert.Equal(
        StateDictKeys.Of(name),
        StateDictLayout.ToStateDict(Zeros(name)).Tensors.Select(entry => $"{entry.Key} {string.Join('x', entry.Value.Shape)}"));

    [Fact]
    public void Every_architecture_gives_one_score_a_class_and_has_a_module_for_each_node()
    {
        foreach (Architecture architecture in Architectures.All)
        {
            Graph graph = architecture.Build((_, shape, _) => Tensor.Zeros(ElementType.Float32, shape), 7);
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

    [Theory]
    [InlineData("mobilenet_v3_large", "features.4.", """
        block block.0 block.0.0 block.0.1 block.0.2 block.1 block.1.0 block.1.1 block.1.2
        block.2 block.2.avgpool block.2.fc1 block.2.fc2 block.2.activation block.2.scale_activation
        block.2.skip_mul block.2.skip_mul.activation_post_process
        block.3 block.3.0 block.3.1 skip_add skip_add.activation_post_process
        """)]
    [InlineData("shufflenet_v2_x1_0", "stage2.1.", """
        branch1 branch2 branch2.0 branch2.1 branch2.2 branch2.3 branch2.4 branch2.5 branch2.6 branch2.7 cat cat.activation_post_process
        """)]
    [InlineData("shufflenet_v2_x1_0", "stage2.0.branch1.", "0 1 2 3 4")]
    [InlineData("googlenet", "inception3a.", """
        branch1 branch1.conv branch1.bn branch1.relu
        branch2 branch2.0 branch2.0.conv branch2.0.bn branch2.0.relu branch2.1 branch2.1.conv branch2.1.bn branch2.1.relu
        branch3 branch3.0 branch3.0.conv branch3.0.bn branch3.0.relu branch3.1 branch3.1.conv branch3.1.bn branch3.1.relu
        branch4 branch4.0 branch4.1 branch4.1.conv branch4.1.bn branch4.1.relu cat cat.activation_post_process
        """)]
    [InlineData("googlenet with heads", "aux1.", "conv conv.conv conv.bn conv.relu fc1 fc2 dropout relu")]
    [InlineData("inception_v3 with heads", "AuxLogits.", "conv0 conv0.conv conv0.bn conv0.relu conv1 conv1.conv conv1.bn conv1.relu fc")]
    public void The_modules_of_a_block_are_those_of_torchvision_in_its_order(string name, string block, string modules) => Assert.Equal(
        modules.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        Zeros(name).Modules.Where(path => path.StartsWith(block)).Select(path => path[block.Length..]));

    [Theory]
    [InlineData("mobilenet_v3_large", "features avgpool classifier quant dequant")]
    [InlineData("resnext101_32x8d", "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4 avgpool fc quant dequant")]
    [InlineData("shufflenet_v2_x2_0", "conv1 maxpool stage2 stage3 stage4 conv5 fc quant dequant")]
    [InlineData("googlenet with heads", """
        conv1 maxpool1 conv2 conv3 maxpool2 inception3a inception3b maxpool3 inception4a inception4b inception4c inception4d inception4e
        maxpool4 inception5a inception5b aux1 aux2 avgpool dropout fc quant dequant
        """)]
    [InlineData("inception_v3 with heads", """
        Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 maxpool1 Conv2d_3b_1x1 Conv2d_4a_3x3 maxpool2 Mixed_5b Mixed_5c Mixed_5d
        Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e AuxLogits Mixed_7a Mixed_7b Mixed_7c avgpool dropout fc quant dequant
        """)]
    public void The_modules_at_the_top_are_those_of_torchvision_in_its_order(string name, string modules) => Assert.Equal(
        modules.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        Zeros(name).Modules.Where(path => path.Length > 0 && !path.Contains('.')));

    [Theory]
    [InlineData("Mixed_5b", "myop")]
    [InlineData("Mixed_6a", "myop")]
    [InlineData("Mixed_6e", "myop")]
    [InlineData("Mixed_7a", "myop")]
    [InlineData("Mixed_7b", "myop1 myop2 myop3")]
    public void The_functionals_of_an_Inception_block_come_last(string block, string functionals) => Assert.Equal(
        functionals.Split(' ').SelectMany(name => (string[])[$"{block}.{name}", $"{block}.{name}.activation_post_process"]),
        Zeros("inception_v3").Modules.Where(path => path.StartsWith($"{block}.")).SkipWhile(path => !path.StartsWith($"{block}.myop")));

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

    [Theory]
    [InlineData("googlenet", "inception3a.branch2.1.conv.weight", 0.01)]
    [InlineData("googlenet", "fc.weight", 0.01)]
    [InlineData("googlenet", "fc.bias", 0.018)] // Even numbers up to 1 / sqrt(1024).
    [InlineData("inception_v3 with heads", "Mixed_6b.branch7x7_2.conv.weight", 0.1)]
    [InlineData("inception_v3 with heads", "AuxLogits.conv1.conv.weight", 0.01)]
    [InlineData("inception_v3 with heads", "AuxLogits.fc.weight", 0.001)]
    [InlineData("shufflenet_v2_x1_0", "conv5.0.weight", 0.0268)] // Even numbers up to 1 / sqrt(464).
    [InlineData("mobilenet_v3_large", "features.16.0.weight", 0.0456)] // sqrt(2 / 960)
    [InlineData("mobilenet_v3_large", "features.4.block.2.fc2.weight", 0.1667)] // sqrt(2 / 72)
    [InlineData("mobilenet_v3_large", "classifier.3.weight", 0.01)]
    public void The_weights_of_the_other_networks_start_with_the_spread_of_torchvision(string name, string parameter, double deviation)
    {
        float[] values = Initial(name, parameter).ToFloats();
        Assert.InRange(values.Average(v => v), -0.08 * deviation, 0.08 * deviation);
        Assert.InRange(Math.Sqrt(values.Average(v => (double)v * v)), 0.95 * deviation, 1.05 * deviation);
    }

    [Theory]
    [InlineData("mobilenet_v3_large", 0.001f, 0.01f)]
    [InlineData("inception_v3", 0.001f, 0.1f)]
    [InlineData("googlenet", 0.001f, 0.1f)]
    [InlineData("shufflenet_v2_x1_0", 1e-5f, 0.1f)]
    [InlineData("resnext101_64x4d", 1e-5f, 0.1f)]
    public void Normalizations_are_those_of_torchvision(string name, float epsilon, float momentum) => Assert.All(
        Zeros(name).Nodes.OfType<BatchNorm2d>(), norm => Assert.Equal((epsilon, momentum), (norm.Epsilon, norm.Momentum)));

    [Theory]
    [InlineData("mobilenet_v3_large", 256, 224)]
    [InlineData("resnext101_32x8d", 256, 224)]
    [InlineData("resnext101_64x4d", 232, 224)]
    [InlineData("inception_v3", 342, 299)]
    [InlineData("googlenet", 256, 224)]
    [InlineData("shufflenet_v2_x1_0", 256, 224)]
    [InlineData("shufflenet_v2_x1_5", 232, 224)]
    public void Images_are_prepared_as_the_published_weights_want_them(string name, int resize, int crop)
    {
        Architecture architecture = Architectures.Find(name);
        Assert.Equal((resize, crop), (architecture.Preprocessing.Resize, architecture.Preprocessing.Crop));
        Assert.Equal([3, crop, crop], architecture.InputShape);
    }

    [Theory]
    [InlineData("inception_v3")]
    [InlineData("googlenet")]
    public void The_input_is_transformed_unless_that_is_not_chosen(string name)
    {
        Architecture architecture = Architectures.Find(name);
        Assert.IsType<TransformInput>(Zeros(architecture).Nodes[0]);
        Assert.DoesNotContain(Zeros(architecture with { Options = new() { TransformInput = false } }).Nodes, node => node is TransformInput);
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_suggests_the_nearest()
    {
        var error = Assert.Throws<QuantPSException>(() => Architectures.Find("mobilnet-v2"));
        Assert.Equal("ModelNameUnknown", error.ErrorId);
        Assert.Contains("'mobilenet_v2'?", error.Message);
        Assert.Same(Architectures.Find("resnet18"), Architectures.Find("ResNet18"));
    }

    private static Graph Zeros(Architecture architecture) =>
        architecture.Build((_, shape, _) => Tensor.Zeros(ElementType.Float32, shape), architecture.ClassCount);

    /// <summary>What one parameter holds before training; the others stay zeros.</summary>
    private static Tensor Initial(string name, string parameter)
    {
        var random = new SeededRandom(1);
        return Find(name).Build((key, shape, initial) => key == parameter ? initial(random) : Tensor.Zeros(ElementType.Float32, shape), 1000).Constants[parameter];
    }

    private static bool IsBuffer(string name) => name.Contains("running_") || name.EndsWith("num_batches_tracked");

    private static Architecture Find(string name)
    {
        const string withHeads = " with heads";
        return Architectures.Find(name.Replace(withHeads, "")) with { Options = new() { AuxiliaryHeads = name.EndsWith(withHeads) } };
    }

    private static Graph Zeros(string name) => Zeros(Find(name));
}
