using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Tests.Zoo;

/// <summary>Quantized models without calibration: their scales and zero points are made up, each different.</summary>
internal static class UncalibratedModels
{
    public static QuantModel Static(QuantModel model, QuantizationBackend backend, PlanOptions? options = null)
    {
        options ??= new PlanOptions();
        Graph graph = StaticQuantizer.Prepare(model.Graph, options);
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options);
        graph = StaticQuantizer.Convert(graph, plan, Activations(plan), QConfig.For(backend));
        return model with { Graph = graph, Backend = backend };
    }

    /// <summary>A network of zeros that take no memory until they are read, int8 with the kind of scales of the backend.</summary>
    public static Graph Unread(Architecture architecture, QuantizationBackend backend)
    {
        Graph graph = StaticQuantizer.Prepare(
            architecture.Build((_, shape, _) => Tensor.Zeros(shape.Rank == 0 ? ElementType.Int64 : ElementType.Float32, shape), architecture.ClassCount), new PlanOptions());
        QuantizationPlan plan = QuantizationPlanner.Create(graph, new PlanOptions());
        QuantParams Weight(string name) => QConfig.For(backend).PerChannelWeights
            ? QuantParams.PerChannel([.. Enumerable.Repeat(0.01, graph.Constants[name].Shape[0])], new long[graph.Constants[name].Shape[0]], axis: 0)
            : QuantParams.PerTensor(0.01, 0);
        return ConvertToQdq.Apply(graph, plan, Activations(plan), plan.Weights.Keys.ToDictionary(name => name, Weight));
    }

    public static QuantModel Dynamic(QuantModel model) => DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions()).Model;

    private static Dictionary<string, QuantParams> Activations(QuantizationPlan plan) => plan.Observed.Index()
        .ToDictionary(item => item.Item, item => QuantParams.PerTensor(0.01f * (item.Index + 1), item.Index % 128));

    /// <summary>The nodes as text: what two graphs are compared by.</summary>
    public static IEnumerable<string> Lines(this Graph graph) => graph.Nodes.Select(node =>
        $"{node.Name} {node.Module} {node.Operator} {node.Attributes} {string.Join(",", node.Inputs)}");
}
