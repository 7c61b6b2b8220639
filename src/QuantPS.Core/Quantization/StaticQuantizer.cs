using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Static quantization: fuse, observe, calibrate, convert (torch/ao/quantization/quantize.py, <c>quantize</c>).</summary>
public static class StaticQuantizer
{
    /// <summary>The float graph in the form in which it is observed and converted: fused, unless the options say otherwise.</summary>
    public static Graph Prepare(Graph graph, PlanOptions options) =>
        options.Fuse ? FoldBatchNorm.Apply(ReplaceRelu6.Apply(graph)) : graph;

    /// <summary>The quantized graph of a prepared one, its weights quantized by their own range.</summary>
    public static Graph Convert(Graph graph, QuantizationPlan plan, IReadOnlyDictionary<string, QuantParams> activations, QConfig qconfig) =>
        ConvertToQdq.Apply(graph, plan, activations,
            plan.Weights.Keys.ToDictionary(name => name, name => WeightQuantizer.Observe(graph.Constants[name], qconfig.PerChannelWeights)));
}
