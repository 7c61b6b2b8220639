using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Networks;

/// <summary>Whole networks with random weights against libtorch, at every layer.</summary>
public sealed class NetworkParityTests(ITestOutputHelper output)
{
    private const int Images = 2;

    /// <summary>
    /// Each layer takes what the layer before it gave, in both. The images are those of the calibration, so that codes of the x86 backends
    /// stay where libtorch's depthwise kernels do not saturate.
    /// </summary>
    [Theory]
    [InlineData("mobilenet_v2", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("mobilenet_v2", QuantizationBackend.X86, QEngine.X86)]
    [InlineData("mobilenet_v2", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    [InlineData("mobilenet_v2", QuantizationBackend.Qnnpack, QEngine.Qnnpack, false)]
    [InlineData("resnet18", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("resnet18", QuantizationBackend.X86, QEngine.X86)]
    [InlineData("resnet18", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    [InlineData("cifar_resnet20", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("cifar_resnet20", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    [InlineData("mobilenet_v3_large", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    [InlineData("mobilenet_v3_large", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("shufflenet_v2_x0_5", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("shufflenet_v2_x1_0", QuantizationBackend.X86, QEngine.X86)]
    [InlineData("shufflenet_v2_x0_5", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    [InlineData("googlenet", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("inception_v3", QuantizationBackend.X86, QEngine.X86)]
    [InlineData("resnext101_32x8d", QuantizationBackend.X86, QEngine.X86)]
    [InlineData("shufflenet_v2_x1_5", QuantizationBackend.Onednn, QEngine.Onednn)]
    [InlineData("shufflenet_v2_x2_0", QuantizationBackend.Fbgemm, QEngine.Fbgemm)]
    [InlineData("resnet18", QuantizationBackend.Onednn, QEngine.Onednn)]
    [InlineData("mobilenet_v2", QuantizationBackend.Onednn, QEngine.Onednn)]
    [InlineData("mobilenet_v3_large", QuantizationBackend.Onednn, QEngine.Onednn)]
    [InlineData("googlenet", QuantizationBackend.Qnnpack, QEngine.Qnnpack)]
    public void A_statically_quantized_network_has_libtorchs_codes_at_every_layer(string name, QuantizationBackend backend, QEngine engine, bool fuse = true)
    {
        Libtorch.Require(engine);
        // Inception's windows without padding leave nothing to compare of smaller images.
        int side = name switch { "inception_v3" => 112, "resnext101_32x8d" => 32, _ => 64 };
        float[] images = RandomNetworks.Images(Images, side);
        QuantModel model = RandomNetworks.WithStatisticsOf(images, Images, RandomNetworks.Lively(name, side));
        model = RandomNetworks.Quantized(model, backend, images, Images, fuse);

        Libtorch.Engine = engine;
        string[] layers = [.. model.Graph.Nodes.OfType<Quantize>().Select(quantize => quantize.Name)];
        using var libtorch = new Libtorch(model.Graph, [.. layers, model.Graph.Output]);
        (byte[][] theirs, _) = libtorch.InvokeAll("forward", HostTensor.From<float>(images, Images, 3, side, side));
        Assert.Equal(layers.Length, theirs.Length);
        foreach (InstructionSet set in InstructionSets.Available)
        {
            Dictionary<string, byte[]> ours = Codes(model.Graph, images, layers, Parity.BackendOf(engine), set);
            long elements = 0;
            for (int i = 0; i < layers.Length; i++)
            {
                byte[] codes = ours[layers[i]];
                Assert.True(codes.Distinct().Count() > Math.Min(16, codes.Length / 4), $"{layers[i]} has so few codes that the comparison means little.");
                elements += codes.Length;
                int different = codes.Zip(theirs[i]).Count(pair => pair.First != pair.Second);
                Assert.True(different == 0, $"{layers[i]}, layer {i + 1} of {layers.Length} on {set}: {different} of {codes.Length} codes differ; largest code {theirs[i].Max()}.");
            }
            output.WriteLine($"{name}, {engine}, {set}: {layers.Length} layers, {elements} codes, none different.");
        }
    }

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("cifar_resnet20")]
    public void A_float_network_has_libtorchs_results(string name)
    {
        const int side = 96;
        Graph graph = RandomNetworks.Lively(name, side).Graph;
        float[] image = new RandomValues(3).Reals(3 * side * side, -2, 2);
        using var libtorch = new Libtorch(graph);
        float[] theirs = libtorch.Invoke<float>("forward", HostTensor.From<float>(image, 1, 3, side, side));
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, Threads = 2 });
            var ours = new float[compiled.OutputShape.ElementCount];
            compiled.Run(image, 1, ours, cancel: TestContext.Current.CancellationToken);
            float error = ours.Zip(theirs).Max(pair => MathF.Abs(pair.First - pair.Second)) / theirs.Max(MathF.Abs);
            Assert.True(error <= 1e-4f, $"{name} on {set}: the largest error is {error} of the largest result.");
            output.WriteLine($"{name}, {set}: largest error {error}.");
        }
    }

    private static Dictionary<string, byte[]> Codes(Graph graph, float[] images, string[] layers, QuantizationBackend backend, InstructionSet set)
    {
        var options = new CompileOptions { MaxBatch = Images, Backend = backend, InstructionSet = set, Taps = layers.ToHashSet(), Threads = 2 };
        using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
        var codes = new Dictionary<string, byte[]>();
        compiled.Run(images, Images, new float[compiled.OutputShape.ElementCount * Images], (in TappedValue value) => codes[value.Name] = value.ToCodes());
        return codes;
    }
}
