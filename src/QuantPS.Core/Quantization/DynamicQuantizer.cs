using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Dynamic quantization: weights to int8 ahead, activations by their own range as they come (<c>quantize_dynamic</c>).</summary>
public static class DynamicQuantizer
{
    /// <summary>The model with the chosen modules dynamic.</summary>
    /// <param name="model">A float model; it is not changed.</param>
    /// <param name="options">Which modules.</param>
    /// <exception cref="QuantPSException">The model is quantized already (<c>ModelAlreadyQuantized</c>).</exception>
    public static DynamicQuantizationResult Quantize(QuantModel model, DynamicQuantizationOptions options)
    {
        model.RequireFloat();
        Graph graph = model.Graph;
        var warnings = ImmutableArray.CreateBuilder<string>();
        Linear[] layers = [.. graph.Nodes.OfType<Linear>()];
        string[] types = [.. graph.Nodes.Where(node => node.Module.Length > 0).Select(TypeName).Distinct().Order(StringComparer.Ordinal)];

        foreach (string type in options.ModuleTypes)
        {
            if (type.Equals(nameof(Linear), StringComparison.OrdinalIgnoreCase) && layers.Length > 0) continue;
            warnings.Add(types.Contains(type, StringComparer.OrdinalIgnoreCase)
                ? $"{type} cannot be quantized dynamically. Use Invoke-StaticQuantization for it; dynamic quantization serves {nameof(Linear)}."
                : $"The model has no module of the type {type}. It has: {string.Join(", ", types)}.");
        }
        if (!options.ModuleTypes.IsEmpty && !options.ModuleTypes.Contains(nameof(Linear), StringComparer.OrdinalIgnoreCase)) layers = [];

        ImmutableArray<ModulePattern> patterns = [.. options.ModuleNames.Select(name => new ModulePattern(name))];
        foreach (ModulePattern pattern in patterns)
        {
            if (layers.Any(layer => pattern.Matches(layer.Module))) continue;
            string[] matched = [.. graph.Nodes.Where(node => pattern.Matches(node.Module)).Select(TypeName).Distinct()];
            warnings.Add(matched.Length > 0
                ? $"'{pattern.Text}' matches no module that can be quantized dynamically, only {string.Join(", ", matched)}. Use Invoke-StaticQuantization for these."
                : $"No module matches '{pattern.Text}'. The modules that can be quantized dynamically are: {Names(graph.Nodes.OfType<Linear>())}.");
        }
        if (!patterns.IsEmpty) layers = [.. layers.Where(layer => patterns.Any(pattern => pattern.Matches(layer.Module)))];
        if (layers.Length == 0)
        {
            if (warnings.Count == 0) warnings.Add($"Nothing was quantized: the model has no {nameof(Linear)} module.");
            return new DynamicQuantizationResult(model, [], warnings.ToImmutable());
        }

        Graph quantized = InsertDynamicQuantize.Apply(graph, layers, reduceRange: options.Backend != QuantizationBackend.Qnnpack);
        ImmutableArray<string> modules = [.. layers.Select(layer => layer.Module)];
        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add("Backend", options.Backend.ToString().ToLowerInvariant())
            .Add("Modules", string.Join(", ", modules));
        QuantModel result = model.After(new ModelStep("DynamicQuantization", settings, []), quantized) with { Backend = options.Backend };
        return new DynamicQuantizationResult(result, modules, warnings.ToImmutable());
    }

    private static string Names(IEnumerable<Node> nodes) =>
        string.Join(", ", nodes.Select(node => node.Module)) is { Length: > 0 } names ? names : "none";

    // The names of PyTorch's module classes, which users know; functional operators have no module.
    private static string TypeName(Node node) => node switch
    {
        Relu { Maximum: < float.PositiveInfinity } => "ReLU6",
        Relu => "ReLU",
        Add or Multiply => "FloatFunctional",
        _ => node.GetType().Name,
    };
}
