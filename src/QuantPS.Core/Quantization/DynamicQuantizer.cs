using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Analysis;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Dynamic quantization: weights ahead, activations by their own range as they come (<c>quantize_dynamic</c>).</summary>
public static class DynamicQuantizer
{
    /// <summary>The model with the chosen modules dynamic.</summary>
    /// <param name="model">A float model; it is not changed.</param>
    /// <param name="options">Which modules, and what becomes of them.</param>
    /// <exception cref="QuantPSException">The model is quantized already (<c>ModelAlreadyQuantized</c>).</exception>
    public static DynamicQuantizationResult Quantize(QuantModel model, DynamicQuantizationOptions options)
    {
        model.RequireFloat();
        var selection = new DynamicSelection(model.Graph, options);
        if (selection.Nodes.IsEmpty) return new DynamicQuantizationResult(model, [], 0, selection.Warnings);

        Graph quantized = Apply(model.Graph, selection.Nodes, options);
        ImmutableArray<string> modules = [.. selection.Nodes.Select(node => node.Module).Distinct()];
        double share = GraphAnalysis.QuantizedFraction(quantized);
        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add("Backend", options.Backend.ToString().ToLowerInvariant())
            .Add("Dtype", options.Dtype.ToString().ToLowerInvariant())
            .Add("Modules", string.Join(", ", modules))
            .Add("WeightShare", share.ToString("P1", CultureInfo.InvariantCulture));
        QuantModel result = model.After(new ModelStep("DynamicQuantization", settings, []), quantized) with { Backend = options.Backend };
        return new DynamicQuantizationResult(result, modules, share, selection.Warnings);
    }

    private static Graph Apply(Graph graph, ImmutableArray<Node> nodes, DynamicQuantizationOptions options)
    {
        Node[] tables = [.. nodes.Where(node => node is Embedding or EmbeddingBag)];
        Node[] matrices = [.. nodes.Except(tables)];
        if (tables.Length > 0) graph = QuantizeEmbeddings.Apply(graph, tables, options.Dtype == DynamicDtype.QUInt4x2);
        if (options.Dtype == DynamicDtype.Float16) return ConvertToFloat16.Apply(graph, matrices);
        bool reduceRange = options.Backend != QuantizationBackend.Qnnpack;
        if (matrices.OfType<Recurrent>().Any()) graph = QuantizeRecurrent.Apply(graph, [.. matrices.OfType<Recurrent>()], reduceRange);
        return matrices.OfType<Linear>().Any() ? InsertDynamicQuantize.Apply(graph, [.. matrices.OfType<Linear>()], reduceRange) : graph;
    }
}
