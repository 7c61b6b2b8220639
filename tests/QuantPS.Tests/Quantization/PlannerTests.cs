using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Tests.Quantization;

public sealed class PlannerTests
{
    private static readonly Graph s_resnet = Architectures.Find("cifar_resnet20").Create(1).Graph;

    [Fact]
    public void A_plan_is_the_same_before_and_after_folding()
    {
        Graph folded = FoldBatchNorm.Apply(s_resnet);
        Assert.DoesNotContain(folded.Nodes, node => node is BatchNorm2d);
        QuantizationPlan before = QuantizationPlanner.Create(s_resnet, new PlanOptions());
        QuantizationPlan after = QuantizationPlanner.Create(folded, new PlanOptions());
        Assert.Equal(before.Observed, after.Observed);
        Assert.Equal(before.Shared.OrderBy(pair => pair.Key), after.Shared.OrderBy(pair => pair.Key));
        Assert.Equal(before.Weights.Keys.Order(), after.Weights.Keys.Order());
    }

    [Fact]
    public void Only_the_end_of_a_fused_chain_gets_codes()
    {
        QuantizationPlan plan = QuantizationPlanner.Create(s_resnet, new PlanOptions());
        Node conv = s_resnet.Nodes.First(node => node is Conv2d);
        Node norm = s_resnet.ConsumersOf(conv.Name).Single();
        Node relu = s_resnet.ConsumersOf(norm.Name).Single();
        Assert.IsType<Relu>(relu);
        Assert.Equal((null, null, relu.Name), (plan.RangeOf(conv.Name), plan.RangeOf(norm.Name), plan.RangeOf(relu.Name)));
        Assert.Contains(s_resnet.Inputs[0].Name, plan.Observed);
    }

    [Fact]
    public void What_only_moves_codes_shares_the_range_of_its_input()
    {
        QuantizationPlan plan = QuantizationPlanner.Create(s_resnet, new PlanOptions());
        foreach (Node node in s_resnet.Nodes.Where(node => node is Slice or Pad or AdaptiveAvgPool2d or Flatten))
            Assert.Equal(plan.RangeOf(node.Inputs[0]), plan.RangeOf(node.Name));
    }

    [Fact]
    public void Hardswish_products_and_joins_have_a_range_of_their_own_and_hardsigmoid_has_a_fixed_scale()
    {
        Graph mobile = Architectures.Find("mobilenet_v3_large").Create(1).Graph, shuffle = Architectures.Find("shufflenet_v2_x0_5").Create(1).Graph;
        QuantizationPlan plan = QuantizationPlanner.Create(mobile, new PlanOptions());
        foreach (Node node in mobile.Nodes.Where(node => node is Hardswish or Multiply)) Assert.Contains(node.Name, plan.Observed);
        Node[] gates = [.. mobile.Nodes.Where(node => node is Hardsigmoid)];
        Assert.Equal(8, gates.Length);
        Assert.Equal(gates.Select(node => node.Name).Order(), plan.Fixed.Keys.Order());
        Assert.All(plan.Fixed.Values, parameters => Assert.Equal(QuantParams.PerTensor(1 / 256.0, 0), parameters));
        Assert.DoesNotContain(plan.Observed, plan.Fixed.ContainsKey);

        plan = QuantizationPlanner.Create(shuffle, new PlanOptions());
        foreach (Node node in shuffle.Nodes.Where(node => node is Slice or ChannelShuffle or Mean))
            Assert.Equal(plan.RangeOf(node.Inputs[0]), plan.RangeOf(node.Name));
        Assert.All(shuffle.Nodes.OfType<Concat>(), cat => Assert.Contains(cat.Name, plan.Observed));
    }

    [Fact]
    public void The_stub_stands_behind_the_transformation_of_the_input()
    {
        Graph graph = Architectures.Find("googlenet").Create(1).Graph;
        Node transform = graph.Nodes.Single(node => node is TransformInput);
        QuantizationPlan plan = QuantizationPlanner.Create(graph, new PlanOptions());
        Assert.Null(plan.RangeOf(graph.Inputs[0].Name));
        Graph quantized = StaticQuantizer.Convert(FoldBatchNorm.Apply(graph), plan,
            plan.Observed.ToDictionary(value => value, _ => QuantParams.PerTensor(0.05, 60)), QConfig.For(QuantizationBackend.Fbgemm));
        var stub = Assert.IsType<Quantize>(quantized.Find("quant"));
        Assert.Equal(("quant", transform.Name), (stub.Module, stub.Inputs.Single()));
    }

    [Fact]
    public void Without_fusing_each_module_has_a_range_of_its_own()
    {
        QuantizationPlan plan = QuantizationPlanner.Create(s_resnet, new PlanOptions { Fuse = false });
        foreach (Node node in s_resnet.Nodes.Where(node => node is Conv2d or BatchNorm2d or Linear))
            Assert.Contains(node.Name, plan.Observed);
        // PyTorch's add_relu is one operator.
        foreach (Node node in s_resnet.Nodes.Where(node => node is Add))
            Assert.Contains(node.Module, plan.Observed);
    }

    [Fact]
    public void A_skipped_module_stays_in_float_with_its_weights()
    {
        QuantizationPlan plan = QuantizationPlanner.Create(s_resnet, new PlanOptions { SkipModules = ["linear", "layer1.*.conv1"] });
        Assert.DoesNotContain("linear.weight", plan.Weights.Keys);
        Assert.DoesNotContain("layer1.0.conv1.weight", plan.Weights.Keys);
        Assert.Contains("layer1.0.conv2.weight", plan.Weights.Keys);
        Assert.Null(plan.RangeOf("linear"));
    }

    [Fact]
    public void A_skipped_module_that_is_not_there_is_an_error_that_says_what_there_is()
    {
        var error = Assert.Throws<QuantPSException>(() => QuantizationPlanner.Create(s_resnet, new PlanOptions { SkipModules = ["layer9"] }));
        Assert.Equal("ModuleNotFound", error.ErrorId);
        Assert.Contains("layer9", error.Message, StringComparison.Ordinal);
        Assert.Contains("layer1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Skipping_everything_is_an_error()
    {
        var error = Assert.Throws<QuantPSException>(() => QuantizationPlanner.Create(s_resnet, new PlanOptions { SkipModules = ["*"] }));
        Assert.Equal("NothingToQuantize", error.ErrorId);
    }

    [Fact]
    public void A_converted_graph_has_codes_where_the_plan_says_and_is_valid()
    {
        Graph folded = FoldBatchNorm.Apply(s_resnet);
        QuantizationPlan plan = QuantizationPlanner.Create(folded, new PlanOptions());
        var any = QuantParams.PerTensor(0.05, 60);
        Graph quantized = StaticQuantizer.Convert(folded, plan, plan.Observed.ToDictionary(value => value, _ => any), QConfig.For(QuantizationBackend.Fbgemm));
        Assert.Equal(plan.Observed.Length + plan.Shared.Count, quantized.Nodes.Count(node => node is Quantize));
        Assert.All(plan.Weights.Keys, weight => Assert.Equal(ElementType.QInt8, quantized.Constants[weight].Element));
        Assert.IsType<Dequantize>(quantized.Find(quantized.Output));
    }
}
