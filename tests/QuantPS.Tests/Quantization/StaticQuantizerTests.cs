using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Tests.Quantization;

public sealed class StaticQuantizerTests
{
    private static readonly QuantModel s_model = Architectures.Find("cifar_resnet20").Create(7);

    [Theory]
    [InlineData(QuantizationBackend.Fbgemm)]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Onednn)]
    public void An_int8_model_gives_nearly_what_the_float_model_gives(QuantizationBackend backend)
    {
        float[] images = Images(8);
        QuantModel quantized = Quantize(s_model, new() { Backend = backend, BatchSize = 8 }, [new InputBatch(images, 8)]);
        Assert.Equal((ModelPrecision.Int8, backend), (quantized.Precision, quantized.Backend));
        float[] expected = Run(s_model, images, 8), actual = Run(quantized, images, 8);
        double signal = expected.Sum(value => value * value), noise = expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum();
        Assert.True(noise < signal / 100, $"signal {signal}, noise {noise}");
    }

    [Fact]
    public void A_step_makes_a_new_model_and_leaves_the_old_one_as_it_was()
    {
        QuantModel quantized = Quantize(s_model, new() { BatchSize = 4 }, [new InputBatch(Images(4), 4), new InputBatch(Images(2), 2)]);
        Assert.Equal(ModelPrecision.Float32, s_model.Precision);
        Assert.Equal("6", quantized.History[^1].Settings["SampleCount"]);
        Assert.Equal(s_model.History.Length + 1, quantized.History.Length);
    }

    [Fact]
    public void MinMax_observers_see_the_extremes_of_the_values_that_the_float_graph_computes()
    {
        Graph graph = StaticQuantizer.Prepare(s_model.Graph, new PlanOptions());
        QuantizationPlan plan = QuantizationPlanner.Create(graph, new PlanOptions());
        var options = new StaticQuantizationOptions { BatchSize = 3, QConfig = new QConfig(ObserverKind.MinMax, ObserverKind.MinMax, ReduceRange: false) };
        float[] images = Images(3);
        IReadOnlyDictionary<string, QuantParams> found = Calibration.Run(graph, plan, options, [new InputBatch(images, 3)], null, TestContext.Current.CancellationToken);
        Assert.Equal(plan.Observed.Order(), found.Keys.Order());
        Assert.Equal(QuantFormula.Affine(new QuantRange(images.Min(), images.Max()), 255), found[graph.Inputs[0].Name]);
        float[] logits = Run(s_model with { Graph = graph }, images, 3);
        Assert.Equal(QuantFormula.Affine(new QuantRange(logits.Min(), logits.Max()), 255), found[graph.Output]);
    }

    [Fact]
    public void Calibration_without_data_is_an_error()
    {
        var error = Assert.Throws<QuantPSException>(() => Quantize(s_model, new(), []));
        Assert.Equal("NoCalibrationData", error.ErrorId);
    }

    [Fact]
    public void A_model_that_is_quantized_already_is_refused_by_name()
    {
        QuantModel quantized = Quantize(s_model, new() { BatchSize = 1 }, [new InputBatch(Images(1), 1)]);
        foreach (Action again in (Action[])[
            () => Quantize(quantized, new(), [new InputBatch(Images(1), 1)]),
            () => DynamicQuantizer.Quantize(quantized, new())])
        {
            var error = Assert.Throws<QuantPSException>(again);
            Assert.Equal("ModelAlreadyQuantized", error.ErrorId);
            Assert.Contains(s_model.Name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Values_that_are_not_numbers_are_an_error_that_names_the_layer()
    {
        var constants = new Dictionary<string, Tensor>(s_model.Graph.Constants);
        float[] broken = constants["conv1.weight"].ToFloats();
        broken[5] = float.NaN;
        constants["conv1.weight"] = Tensor.From<float>(broken, constants["conv1.weight"].Shape);
        QuantModel model = s_model with { Graph = s_model.Graph.With(constants: constants) };
        var error = Assert.Throws<QuantPSException>(() => Quantize(model,
            new() { BatchSize = 1, QConfig = new QConfig(ObserverKind.MinMax, ObserverKind.MinMax, ReduceRange: false) }, [new InputBatch(Images(1), 1)]));
        Assert.Equal("CalibrationNotFinite", error.ErrorId);
    }

    [Fact]
    public void Calibration_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            StaticQuantizer.Quantize(s_model, new(), [new InputBatch(Images(1), 1)], cancel: source.Token));
    }

    [Fact]
    public void Dynamic_quantization_changes_the_linear_layers_alone()
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new());
        Assert.Equal(["linear"], result.Modules);
        Assert.Empty(result.Warnings);
        Assert.Equal(ModelPrecision.DynamicInt8, result.Model.Precision);
        Assert.Single(result.Model.Graph.Constants, constant => constant.Value.Element == ElementType.QInt8);

        float[] images = Images(4), expected = Run(s_model, images, 4), actual = Run(result.Model, images, 4);
        double signal = expected.Sum(value => value * value), noise = expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum();
        Assert.True(noise < signal / 1000, $"signal {signal}, noise {noise}");
    }

    [Theory]
    [InlineData("Conv2d", "", "Invoke-StaticQuantization")]
    [InlineData("Transformer", "", "It has: ")]
    [InlineData("", "layer1.0.conv1", "Invoke-StaticQuantization")]
    [InlineData("", "nothing.*", "linear")]
    public void A_dynamic_request_that_matches_nothing_is_a_warning_that_says_what_there_is(string type, string name, string says)
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new()
        {
            ModuleTypes = type.Length > 0 ? [type] : [],
            ModuleNames = name.Length > 0 ? [name] : [],
        });
        Assert.Contains(says, Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Same(s_model, result.Model);
    }

    private static QuantModel Quantize(QuantModel model, StaticQuantizationOptions options, IEnumerable<InputBatch> batches) =>
        StaticQuantizer.Quantize(model, options, batches, cancel: TestContext.Current.CancellationToken);

    private static float[] Images(int count)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, count * 3 * 32 * 32).Select(_ => random.NextSingle() * 4 - 2)];
    }

    private static float[] Run(QuantModel model, float[] images, int count)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions { MaxBatch = count, Backend = model.Backend ?? QuantizationBackend.X86 });
        var output = new float[count * compiled.OutputShape.ElementCount];
        compiled.Run(images, count, output, cancel: TestContext.Current.CancellationToken);
        return output;
    }
}
