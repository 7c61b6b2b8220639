using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.OracleTests.Networks;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.OracleTests.Export;

/// <summary>Exported archives in libtorch against the engine.</summary>
public sealed class ExportParityTests(ITestOutputHelper output)
{
    private const int Count = 2;

    /// <summary>The side of the images keeps every layer larger than its kernel, and the test short.</summary>
    [Theory]
    [InlineData("mobilenet_v2", 64)]
    [InlineData("mobilenet_v3_large", 64)]
    [InlineData("resnet18", 64)]
    [InlineData("resnet50", 64)]
    [InlineData("resnext101_32x8d", 48)]
    [InlineData("resnext101_64x4d", 48)]
    [InlineData("inception_v3", 96)]
    [InlineData("googlenet", 64)]
    [InlineData("shufflenet_v2_x0_5", 64)]
    [InlineData("shufflenet_v2_x1_0", 64)]
    [InlineData("shufflenet_v2_x1_5", 64)]
    [InlineData("shufflenet_v2_x2_0", 64)]
    [InlineData("cifar_resnet20", 32)]
    [InlineData("sample_net", 32)]
    public void A_network_gives_the_same_numbers_in_libtorch(string name, int side)
    {
        QuantModel model = RandomNetworks.Lively(name, side);
        float[] images = RandomNetworks.Images(Count, side);
        CheckFloat(model, images);
        QuantModel x86 = RandomNetworks.Quantized(model, QuantizationBackend.X86, images, Count);
        Check(x86, QEngine.X86, images);
        Check(x86 with { Backend = QuantizationBackend.Fbgemm }, QEngine.Fbgemm, images);
        Check(RandomNetworks.Quantized(model, QuantizationBackend.Qnnpack, images, Count), QEngine.Qnnpack, images);
    }

    [Theory]
    [InlineData(QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData(QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    public void A_network_that_was_not_fused_gives_the_same_numbers_in_libtorch(QuantizationBackend backend, QEngine engine)
    {
        float[] images = RandomNetworks.Images(Count, 64);
        Check(RandomNetworks.Quantized(RandomNetworks.Lively("mobilenet_v2", 64), backend, images, Count, fuse: false), engine, images);
    }

    [Theory]
    [InlineData("mobilenet_v3_large", 64)]
    [InlineData("sample_net", 32)]
    public void A_float_network_with_its_normalizations_folded_gives_the_same_numbers_in_libtorch(string name, int side)
    {
        QuantModel model = RandomNetworks.Lively(name, side);
        CheckFloat(model with { Graph = StaticQuantizer.Prepare(model.Graph, new PlanOptions()) }, RandomNetworks.Images(Count, side));
    }

    /// <summary>The input of the dynamic layer is equal in both, so its codes are.</summary>
    [Theory]
    [InlineData(QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData(QuantizationBackend.X86, QEngine.X86)]
    [InlineData(QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    public void A_dynamic_layer_gives_the_same_numbers_in_libtorch(QuantizationBackend backend, QEngine engine)
    {
        var random = new RandomValues(4);
        var constants = new Dictionary<string, Tensor> { ["weight"] = Tensor.From<float>(random.Reals(40 * 96, -1, 1), [40, 96]), ["bias"] = Tensor.From<float>(random.Reals(40, -3, 3)) };
        var graph = new Graph([new GraphInput("input", [6, 4, 4])],
            [new Flatten { Name = "flat", Inputs = ["input"] }, new Linear { Name = "fc", Module = "fc", Inputs = ["flat", "weight", "bias"] }, new Relu { Name = "relu", Inputs = ["fc"] }],
            "relu", constants, [""]);
        QuantModel model = Architectures.Find("sample_net").Create(1) with { Graph = graph };
        model = DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions { Backend = backend }).Model;
        float[] input = random.Reals(3 * 96, -2, 5);
        float[] theirs = ExportedModel.Libtorch(model, engine, input, 3);
        Assert.Equal(theirs, ExportedModel.Engine(model, engine, input, 3));
        Assert.True(theirs.Distinct().Count() > 40);
    }

    [Theory]
    [InlineData("mobilenet_v2", 64)]
    [InlineData("sample_net", 32)]
    public void A_dynamic_network_runs_in_libtorch(string name, int side)
    {
        QuantModel model = DynamicQuantizer.Quantize(RandomNetworks.Lively(name, side), new DynamicQuantizationOptions()).Model;
        float[] images = RandomNetworks.Images(1, side);
        float error = ExportedModel.LargestError(ExportedModel.Engine(model, QEngine.Fbgemm, images, 1), ExportedModel.Libtorch(model, QEngine.Fbgemm, images, 1));
        // A float that is another in its last bit can get the next code.
        Assert.True(error <= 1e-2f, $"{name}: the largest error is {error} of the largest result.");
    }

    [Theory]
    [InlineData(QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData(QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    public void A_trained_network_gives_the_same_numbers_in_libtorch(QuantizationBackend backend, QEngine engine)
    {
        string file = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../../../shared/models/cifar10-resnet20.th"));
        if (!File.Exists(file)) Assert.Skip("Shared data is not there: shared/models/cifar10-resnet20.th");
        QuantModel model = Architectures.Find("cifar_resnet20").FromStateDict(StateDictReader.Read(file));
        float[] images = RandomNetworks.Images(Count, 32);
        CheckFloat(model, images);
        Check(RandomNetworks.Quantized(model, backend, images, Count), engine, images);
    }

    [Fact]
    public void Names_that_are_code_or_keywords_are_names_in_libtorch()
    {
        QuantModel model = RandomNetworks.Lively("sample_net", 32);
        string[] hostile = ["return", "x", "self", "ops", "1", "", " ", "a)\n    import os\n#", "a.b", "a_b", "a-b", "Ä\u0000\u2028", "CONSTANTS", "__torch__", "a_b_f", "v"];
        Dictionary<string, string> names = model.Graph.Nodes.Index().ToDictionary(item => item.Item.Name, item => $"{hostile[item.Index % hostile.Length]}{new string('z', item.Index / hostile.Length)}");
        string Of(string name) => names.GetValueOrDefault(name, name);
        Graph graph = model.Graph.With(
            nodes: [.. model.Graph.Nodes.Select(node => node with { Name = Of(node.Name), Module = node.Module.Length > 0 ? Of(node.Name) : "", Inputs = [.. node.Inputs.Select(Of)] })],
            output: Of(model.Graph.Output));
        float[] images = RandomNetworks.Images(Count, 32);
        Check(RandomNetworks.Quantized(model with { Graph = graph }, QuantizationBackend.Fbgemm, images, Count), QEngine.Fbgemm, images);
    }

    private void CheckFloat(QuantModel model, float[] images)
    {
        float error = ExportedModel.LargestError(ExportedModel.Engine(model, QEngine.Fbgemm, images, Count), ExportedModel.Libtorch(model, null, images, Count));
        Assert.True(error <= 1e-5f, $"{model.Name}: the largest error is {error} of the largest result.");
        output.WriteLine($"{model.Name}: largest error {error}.");
    }

    private void Check(QuantModel model, QEngine engine, float[] images)
    {
        float[] theirs = ExportedModel.Libtorch(model, engine, images, Count);
        float[] ours = ExportedModel.Engine(model, engine, images, Count);
        int different = ours.Zip(theirs).Count(pair => pair.First != pair.Second);
        Assert.True(different == 0 && ours.Length == theirs.Length, $"{model.Name}, {engine}: {different} of {theirs.Length} results differ.");
        Assert.True(theirs.Distinct().Count() > theirs.Length / 100, $"{model.Name} gives so few results that the comparison means little.");
        output.WriteLine($"{model.Name}, {engine}: {theirs.Length} results, none different.");
    }
}
