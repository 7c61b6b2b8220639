using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Analysis;

public sealed class GraphAnalysisTests
{
    private static readonly QuantModel s_model = Architectures.Find("cifar_resnet20").Create(1);
    private static readonly QuantModel s_int8 = UncalibratedModels.Static(s_model, QuantizationBackend.Qnnpack);

    [Fact]
    public void Statistics_and_counters_are_not_parameters()
    {
        Assert.Equal(269_722, s_model.ParameterCount);
        // Folding leaves a bias where there were gamma and beta: 688 channels.
        Assert.Equal(269_722 - 688, s_int8.ParameterCount);
    }

    [Fact]
    public void The_quantized_fraction_counts_the_weights_of_layers()
    {
        Assert.Equal(0, s_model.QuantizedFraction);
        Assert.Equal(1, s_int8.QuantizedFraction);
        Assert.Equal(640.0 / (269_722 - 10 - 2 * 688), UncalibratedModels.Dynamic(s_model).QuantizedFraction, 1e-12);
        QuantModel skipped = UncalibratedModels.Static(s_model, QuantizationBackend.Qnnpack, new PlanOptions { SkipModules = ["linear"] });
        Assert.Equal(1 - 640.0 / (269_722 - 10 - 2 * 688), skipped.QuantizedFraction, 1e-12);
    }

    [Fact]
    public void The_layers_of_an_int8_model_have_their_activations_and_codes_with_them()
    {
        LayerInfo conv = Assert.Single(s_int8.Layers, layer => layer.Module == "layer1.0.conv1");
        Assert.Equal("conv2d_relu", conv.Operator);
        Assert.Equal([1, 16, 32, 32], conv.Output);
        Assert.Equal(ModelPrecision.Int8, conv.Precision);
        Assert.Equal(16 * 16 * 9 + 16, conv.ParameterCount);
        Assert.NotNull(conv.Activation);
        Assert.NotNull(conv.Weight);
        Assert.Equal("add_relu", Assert.Single(s_int8.Layers, layer => layer.Module == "layer1.0.add_relu").Operator);
        Assert.All(s_int8.Layers, layer => Assert.Equal(ModelPrecision.Int8, layer.Precision));
        Assert.Equal(ModelPrecision.DynamicInt8, UncalibratedModels.Dynamic(s_model).Layers[^1].Precision);
    }

    [Fact]
    public void A_model_as_text_tells_what_it_is_and_lists_its_layers()
    {
        string[] lines = s_int8.ToString().Split(Environment.NewLine);
        Assert.Equal("cifar_resnet20: Int8 (qnnpack), 269,034 parameters, 100.0 % of the weights in int8", lines[0]);
        Assert.Equal(["Module", "Operator", "Output", "Precision", "Parameters", "Attributes"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"^conv1 +conv2d_relu +1x16x32x32 +Int8 +448 +kernel 3, stride 1, padding 1, scale 0\.02, zero point 1$", lines[3]);
        Assert.Equal(s_int8.Layers.Length + 2, lines.Length);
    }

    [Fact]
    public void A_graph_as_text_has_a_line_for_each_value_with_its_type()
    {
        string[] lines = s_int8.Graph.ToString().Split(Environment.NewLine);
        Assert.Equal(s_int8.Graph.Nodes.Length + 2, lines.Length);
        Assert.Equal("input: float32[1x3x32x32] = input", lines[0]);
        Assert.Equal("quant: quint8[1x3x32x32] = quantize_per_tensor(input) [scale 0.01, zero point 0]", lines[1]);
        Assert.Equal($"output {s_int8.Graph.Output}", lines[^1]);
    }

    [Fact]
    public void Linear_layers_hold_more_than_half_of_the_weights_of_the_sample_network() =>
        Assert.InRange(UncalibratedModels.Dynamic(Architectures.Find("sample_net").Create(1)).QuantizedFraction, 0.5, 0.7);
}
