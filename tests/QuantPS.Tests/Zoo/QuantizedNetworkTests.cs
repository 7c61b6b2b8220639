using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Tests.Zoo;

public sealed class QuantizedNetworkTests(ITestOutputHelper output)
{
    private const int Images = 2, Classes = 100;

    [Theory]
    [InlineData("mobilenet_v3_large", 64, QuantizationBackend.Qnnpack)]
    [InlineData("mobilenet_v3_large", 64, QuantizationBackend.X86)]
    [InlineData("resnext101_64x4d", 33, QuantizationBackend.X86)]
    [InlineData("inception_v3", 75, QuantizationBackend.Fbgemm)]
    [InlineData("googlenet", 64, QuantizationBackend.Fbgemm)]
    [InlineData("shufflenet_v2_x0_5", 64, QuantizationBackend.Fbgemm)]
    [InlineData("shufflenet_v2_x1_0", 64, QuantizationBackend.Qnnpack)]
    [InlineData("shufflenet_v2_x1_5", 64, QuantizationBackend.X86)]
    [InlineData("shufflenet_v2_x2_0", 64, QuantizationBackend.Fbgemm)]
    public void A_network_is_quantized_as_a_whole_and_says_nearly_what_it_said_in_float(string name, int side, QuantizationBackend backend)
    {
        var random = new SeededRandom(11);
        QuantModel model = Lively(name, side, random);
        var images = new float[Images * 3 * side * side];
        foreach (ref float value in images.AsSpan()) value = (float)random.NextGaussian();

        QuantModel quantized = StaticQuantizer.Quantize(model, new StaticQuantizationOptions { Backend = backend, BatchSize = Images },
            [new InputBatch(images, Images)], cancel: TestContext.Current.CancellationToken);

        Assert.Equal(1, quantized.QuantizedFraction);
        using CompiledGraph inFloat = Compile(model), compiled = Compile(quantized);
        // What is left in float: the transform of the input and its codes, and the result.
        Assert.All(compiled.Steps.Where(step => step.Precision != "int8"),
            step => Assert.Contains(step.Value, (string[])["input", "transform_input", "quant", "(output)", "(output as float32)", quantized.Graph.Output]));
        (float[] before, float[] after) = (Run(inFloat, images), Run(compiled, images));
        double likeness = Likeness(before, after);
        output.WriteLine($"{name}: {compiled.Steps.Count} steps, likeness {likeness:F4}.");
        Assert.InRange(likeness, 0.95, 1);
    }

    [Theory]
    [InlineData("mobilenet_v3_large")]
    [InlineData("resnext101_32x8d")]
    [InlineData("inception_v3")]
    [InlineData("googlenet")]
    [InlineData("shufflenet_v2_x1_0")]
    public void The_size_of_every_layer_is_measured(string name)
    {
        Architecture architecture = Architectures.Find(name);
        QuantModel model = Architectures.Find("cifar_resnet20").Create(1) with
        {
            Graph = architecture.Build((_, shape, _) => shape.Rank == 0 ? Tensor.From([0L], Shape.Scalar) : Tensor.Zeros(ElementType.Float32, shape), 1000),
        };
        foreach (QuantModel measured in (QuantModel[])[model, UncalibratedModels.Static(model, QuantizationBackend.Fbgemm), UncalibratedModels.Dynamic(model)])
        {
            ModelSize size = ModelSize.Of(measured);
            Dictionary<string, ModuleSize> modules = size.Modules.ToDictionary(module => module.Module);
            Assert.All(measured.Graph.Nodes.Where(node => node is Conv2d or Linear), layer => Assert.True(modules[layer.Module].Bytes > 0));
            Assert.Equal(measured.ParameterCount, size.Modules.Sum(module => module.ParameterCount));
            // The pickle and the directory of the archive come on top.
            Assert.InRange(size.Modules.Sum(module => module.Bytes), 0.85 * size.Bytes, size.Bytes);
        }
    }

    private static QuantModel Lively(string name, int side, SeededRandom random)
    {
        Architecture architecture = Architectures.Find(name);
        Graph graph = architecture.Build((key, shape, _) => Lively(key, shape, random), Classes);
        return new QuantModel
        {
            Name = name, Architecture = name, Preprocessing = architecture.Preprocessing,
            Graph = graph.With(inputs: [graph.Inputs[0] with { Shape = [3, side, side] }]),
        };
    }

    private static Tensor Lively(string key, Shape shape, SeededRandom random)
    {
        if (shape.Rank == 0) return Tensor.From([0L], Shape.Scalar);
        bool isPositive = key.EndsWith("running_var", StringComparison.Ordinal) || key.EndsWith(".weight", StringComparison.Ordinal);
        double bound = shape.Rank > 1 ? Math.Sqrt(6.0 * shape[0] / shape.ElementCount) : 0.3;
        var values = new float[shape.ElementCount];
        foreach (ref float value in values.AsSpan())
            value = (float)(shape.Rank == 1 && isPositive ? random.NextDouble(0.6, 1.2) : random.NextDouble(-bound, bound));
        return Tensor.From<float>(values, shape);
    }

    private static CompiledGraph Compile(QuantModel model) => CompiledGraph.Compile(model.Graph,
        new CompileOptions { MaxBatch = Images, Backend = model.Backend ?? QuantizationBackend.Fbgemm, Threads = 2 });

    private static float[] Run(CompiledGraph compiled, float[] images)
    {
        var result = new float[Images * Classes];
        compiled.Run(images, Images, result, cancel: TestContext.Current.CancellationToken);
        return result;
    }

    /// <summary>The correlation of two results.</summary>
    private static double Likeness(float[] a, float[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double product = a.Zip(b).Sum(pair => (pair.First - meanA) * (pair.Second - meanB));
        return product / Math.Sqrt(a.Sum(value => Math.Pow(value - meanA, 2)) * b.Sum(value => Math.Pow(value - meanB, 2)));
    }
}
