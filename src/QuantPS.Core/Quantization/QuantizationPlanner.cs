using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Decides which values and weights of a float graph become int8, as PyTorch's <c>prepare</c> decides where observers go.</summary>
public static class QuantizationPlanner
{
    /// <summary>Makes the plan of a graph, before or after its batch normalizations are folded.</summary>
    /// <param name="graph">A float graph.</param>
    /// <param name="options">What is left out.</param>
    /// <exception cref="QuantPSException">A skipped module is not there (<c>ModuleNotFound</c>), or nothing is left to quantize (<c>NothingToQuantize</c>).</exception>
    public static QuantizationPlan Create(Graph graph, PlanOptions options)
    {
        ImmutableArray<ModulePattern> skips = ModulePattern.Of(options.SkipModules, graph);

        // A value is named by the end of the chain that computes it: what lies within the chain never gets codes.
        var ends = new Dictionary<string, Node>();
        foreach (Node node in graph.Nodes)
            if (IsQuantizable(node) && !(options.Fuse && node is BatchNorm norm && graph.FoldsInto(norm) is not null))
                ends.Add(options.Fuse || IsFunctionalWithRelu(graph, node) ? graph.EndOfChain(node).Name : node.Name, node);

        var observed = new HashSet<string>();
        var decided = ImmutableDictionary.CreateBuilder<string, QuantParams>();
        var weights = ImmutableDictionary.CreateBuilder<string, string>();
        foreach ((string end, Node start) in ends)
        {
            if (skips.Any(skip => skip.Matches(start.Module))) continue;
            observed.Add(end);
            if (FixedParameters(start) is { } parameters) decided[end] = parameters;
            foreach (string input in start.Inputs.AsSpan(0, start.DataInputCount)) observed.Add(Root(graph, ends, input));
            if (start is Conv2d or Linear) weights[start.Inputs[1]] = start.Name;
        }
        if (observed.Count == 0)
            throw new QuantPSException("NothingToQuantize", "Every layer that could be quantized is skipped. Name fewer modules to skip.");

        var shared = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (Node node in graph.Nodes)
            if (PassesCodes(node) && !ends.ContainsKey(node.Name))
            {
                string root = Root(graph, ends, node.Name);
                if (observed.Contains(root)) shared[node.Name] = root;
            }

        var order = graph.Inputs.Select(input => input.Name).Concat(graph.Nodes.Select(node => node.Name));
        return new QuantizationPlan(
            [.. order.Where(value => observed.Contains(value) && !decided.ContainsKey(value))], shared.ToImmutable(), weights.ToImmutable())
        {
            Fixed = decided.ToImmutable(),
        };
    }

    /// <summary>Whether an operator has an int8 form whose codes have a scale of their own.</summary>
    private static bool IsQuantizable(Node node) =>
        node is Conv2d or Linear or BatchNorm2d or Add or Multiply or Concat or Hardswish or Hardsigmoid or Sigmoid;

    /// <summary>
    /// The scale and the zero point of an operator that has no observer (torch/ao/quantization/observer.py,
    /// <c>default_fixed_qparams_range_0to1_observer</c>), whatever the range of other activations; else null.
    /// </summary>
    private static QuantParams? FixedParameters(Node node) => node is Hardsigmoid or Sigmoid ? QuantParams.PerTensor(1 / 256.0, 0) : null;

    /// <summary>Whether an operator gives codes with the scale of its input.</summary>
    private static bool PassesCodes(Node node) =>
        node is Relu or MaxPool2d or AvgPool2d or AdaptiveAvgPool2d or Mean or Flatten or Pad or Slice or ChannelShuffle or Dropout;

    /// <summary>Whether a sum and its ReLU are one functional (<c>FloatFunctional.add_relu</c>), which is one operator even when nothing is fused.</summary>
    private static bool IsFunctionalWithRelu(Graph graph, Node node) =>
        node is Add && node.Module.Length > 0 && graph.SoleConsumerOf(node.Name) is Relu relu && relu.Module == node.Module;

    private static string Root(Graph graph, Dictionary<string, Node> ends, string value)
    {
        while (!ends.ContainsKey(value) && graph.Find(value) is Node node && PassesCodes(node)) value = node.Inputs[0];
        return value;
    }
}
