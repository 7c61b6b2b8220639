using System.Collections.Immutable;
using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;

namespace QuantPS.Tests.Analysis;

public sealed class ModelProfilerTests
{
    private static readonly QuantModel _model = Architectures.Find("cifar_resnet20").Create(1);

    public static TheoryData<string> Models => ["float", "static", "static, not fused", "dynamic", "text", "recurrent"];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_rows_are_the_layers_and_the_rest_and_add_up_to_the_whole(string which)
    {
        QuantModel model = which switch
        {
            "float" => _model,
            "static" => UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack),
            "static, not fused" => UncalibratedModels.Static(_model, QuantizationBackend.Fbgemm, new PlanOptions { Fuse = false }),
            "dynamic" => DynamicQuantizer.Quantize(_model, new()).Model,
            "text" => SmallBert.Create(),
            _ => DynamicQuantizer.Quantize(TinyLanguageModel.Recurrent(50), new()).Model,
        };

        ImmutableArray<LayerProfile> rows = Profile(model);

        Assert.Equal([.. model.Layers.Select(layer => layer.Module), "(rest)"], rows.Select(row => row.Module));
        Assert.Equal(ModelSize.Of(model).Bytes, rows.Sum(row => row.Bytes));
        Assert.Equal(1, rows.Sum(row => row.SizeShare), 1e-9);
        Assert.Equal(1, rows.Sum(row => row.TimeShare), 1e-9);
        Assert.All(rows, row => Assert.True(row is { TimeMs: >= 0, Bytes: >= 0 }, row.ToString()));
        // Every weight takes its bytes, and every matrix runs in a kernel of its own.
        Assert.All(rows.Where(row => row.Layer?.ParameterCount > 0), row => Assert.True(row.Bytes > 0, row.ToString()));
        Assert.All(rows.Where(row => row.Operator.StartsWith("conv2d") || row.Operator.StartsWith("linear")), row => Assert.True(row.TimeMs > 0 && row.Kernel is not null, row.ToString()));
        Assert.InRange(rows[^1].TimeShare, 0, 0.5);
    }

    [Fact]
    public void The_kernel_says_what_a_layer_ran_in()
    {
        ImmutableArray<LayerProfile> rows = Profile(UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack));

        Assert.All(rows.Where(row => row.Operator.StartsWith("conv2d")), row => Assert.Contains(" int8 ", row.Kernel));
        Assert.Equal(("Int8", true), (rows[1].Precision.ToString(), rows[1].Scale > 0));
    }

    private static ImmutableArray<LayerProfile> Profile(QuantModel model) =>
        ModelProfiler.Profile(model, TimeSpan.FromMilliseconds(5), cancel: TestContext.Current.CancellationToken);
}
