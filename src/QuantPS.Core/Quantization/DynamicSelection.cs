using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Which modules a request for dynamic quantization means, and what of it means none.</summary>
internal sealed class DynamicSelection
{
    private readonly Graph _graph;
    private readonly DynamicQuantizationOptions _options;
    private readonly List<string> _warnings = [];

    public DynamicSelection(Graph graph, DynamicQuantizationOptions options)
    {
        (_graph, _options) = (graph, options);
        foreach (string type in options.ModuleTypes) CheckType(type);
        ImmutableArray<ModulePattern> patterns = [.. options.ModuleNames.Select(name => new ModulePattern(name))];
        foreach (ModulePattern pattern in patterns) CheckName(pattern);
        Nodes = [.. Candidates(patterns).Where(node => patterns.IsEmpty || patterns.Any(pattern => pattern.Matches(node.Module)))];
        if (Nodes.IsEmpty && _warnings.Count == 0)
            _warnings.Add($"Nothing was quantized: the model has no module of the types {string.Join(", ", Types)}. It has: {Text(AllTypes())}.");
    }

    /// <summary>The nodes to quantize.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>What matched nothing.</summary>
    public ImmutableArray<string> Warnings => [.. _warnings];

    private ImmutableArray<string> Types => _options.ModuleTypes.IsEmpty ? DynamicModules.Defaults(_options.Dtype) : _options.ModuleTypes;

    private string Dtype => _options.Dtype.ToString().ToLowerInvariant();

    private IEnumerable<Node> Candidates(ImmutableArray<ModulePattern> patterns) => _graph.Nodes.Where(node => node.Module.Length > 0
        && DynamicModules.Takes(_options.Dtype, DynamicModules.TypeOf(node))
        && (Types.Contains(DynamicModules.TypeOf(node), StringComparer.OrdinalIgnoreCase)
            || (_options.ModuleTypes.IsEmpty && patterns.Any(pattern => pattern.Text == node.Module))));

    private void CheckType(string type)
    {
        bool isThere = AllTypes().Contains(type, StringComparer.OrdinalIgnoreCase);
        if (isThere && DynamicModules.Takes(_options.Dtype, type)) return;
        _warnings.Add(!isThere ? $"The model has no module of the type {type}. It has: {Text(AllTypes())}."
            : DynamicModules.Tables.Contains(type, StringComparer.OrdinalIgnoreCase) ? $"{type} cannot be {Dtype}. Use quint8, or quint4x2 for four bits."
            : DynamicModules.Matrices.Contains(type, StringComparer.OrdinalIgnoreCase) ? $"{type} cannot be {Dtype}. Use qint8 or float16."
            : $"{type} cannot be quantized dynamically. Use Invoke-StaticQuantization for it; dynamic quantization serves {Text([.. DynamicModules.Matrices, .. DynamicModules.Tables])}.");
    }

    private void CheckName(ModulePattern pattern)
    {
        if (Candidates([pattern]).Any(node => pattern.Matches(node.Module))) return;
        string[] matched = [.. _graph.Nodes.Where(node => pattern.Matches(node.Module)).Select(DynamicModules.TypeOf).Distinct()];
        if (matched.Length == 0)
        {
            string[] names = [.. Candidates([]).Select(node => node.Module).Distinct()];
            _warnings.Add($"No module matches '{pattern.Text}'. The modules that can be quantized dynamically are: {Text(names)}.");
            return;
        }
        string[] others = [.. matched.Where(type => DynamicModules.Matrices.Concat(DynamicModules.Tables).Contains(type))];
        _warnings.Add(others.Length > 0
            ? $"'{pattern.Text}' matches {Text(others)}, and not as {Dtype}: name their types with -ModuleType, and a -Dtype that they can have."
            : $"'{pattern.Text}' matches no module that can be quantized dynamically, only {Text(matched)}. Use Invoke-StaticQuantization for these.");
    }

    private string[] AllTypes() =>
        [.. _graph.Nodes.Where(node => node.Module.Length > 0).Select(DynamicModules.TypeOf).Distinct().Order(StringComparer.Ordinal)];

    private static string Text(IReadOnlyCollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
