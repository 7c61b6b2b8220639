using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Checkpoints.Layout;

/// <summary>
/// What each module of a graph puts into a state dict, in PyTorch's order (torch/nn/modules/module.py, <c>state_dict</c>, and
/// <c>_save_to_state_dict</c> in torch/ao/nn/quantized/modules).
/// </summary>
internal static class ModuleLayouts
{
    private const long BatchNormVersion = 2, LinearVersion = 3, PackedParamsVersion = 3, DynamicLinearVersion = 4, SqueezeExcitationVersion = 2, DynamicRecurrentVersion = 2;

    /// <summary>The modules in the order of PyTorch's tree.</summary>
    public static IEnumerable<ModuleLayout> Of(Graph graph)
    {
        ILookup<string, Node> operators = graph.Nodes
            .Where(node => node is not (Quantize or Dequantize or DynamicQuantize)).ToLookup(node => node.Module);
        bool isStatic = graph.Nodes.Any(node => node is Quantize);
        var paths = graph.Modules.ToHashSet();
        foreach (string path in graph.Modules)
        {
            Node? node = operators[path].FirstOrDefault();
            IEnumerable<ModuleLayout> layouts = node switch
            {
                Conv2d conv => [Convolution(graph, conv)],
                Linear linear => OfLinear(graph, linear),
                BatchNorm norm => [Normalization(graph, norm)],
                Add or Multiply or Concat => [Functional(graph, node)],
                Hardswish => [Activation(graph, node)],
                Recurrent recurrent when IsPacked(graph, recurrent, 0) => OfRecurrent(recurrent),
                Embedding or EmbeddingBag when IsPacked(graph, node, 0) => OfTable(graph, node),
                not null => [new(path, ModuleLayout.DefaultVersion, [.. Parameters(node)])],
                null when isStatic && StubValue(graph, path) is string value => [Stub(path, value)],
                null when isStatic && paths.Contains($"{path}.activation_post_process") => [QuantizedFunctional(path, null)],
                null when paths.Contains($"{path}.scale_activation") => [new(path, SqueezeExcitationVersion)],
                null => [new(path, ModuleLayout.DefaultVersion, [])],
            };
            foreach (ModuleLayout layout in layouts) yield return layout;
            // A module that stays in float while what follows is quantized carries a stub for its result.
            if (node is Conv2d or Linear or BatchNorm2d or Add or Multiply or Concat or Hardswish or Hardsigmoid or Sigmoid && !graph.IsQuantized(node) && graph.CodedResultOf(node) is string result)
                yield return Stub($"{path}.quant", result);
        }
    }

    private static ModuleLayout Convolution(Graph graph, Conv2d conv)
    {
        string path = conv.Module;
        if (!graph.IsQuantized(conv)) return new(path, ModuleLayout.DefaultVersion, [.. Parameters(conv)]);
        return new(path, ModuleLayout.DefaultVersion,
            new ConstantEntry($"{path}.weight", graph.ConstantBehind(conv.Inputs[1])),
            new ConstantEntry($"{path}.bias", conv.Inputs.Length > 2 ? conv.Inputs[2] : null),
            new ScaleEntry($"{path}.scale", graph.CodedResultOf(conv), Shape.Scalar),
            new ZeroPointEntry($"{path}.zero_point", graph.CodedResultOf(conv), Shape.Scalar));
    }

    private static IEnumerable<ModuleLayout> OfLinear(Graph graph, Linear linear)
    {
        (string path, bool isDynamic) = (linear.Module, graph.IsDynamic(linear));
        if (!isDynamic && !graph.IsQuantized(linear)) return [new(path, ModuleLayout.DefaultVersion, [.. Parameters(linear)])];
        // A dynamic layer inherits a scale of 1 and a zero point of 0, which mean nothing.
        string? result = isDynamic ? null : graph.CodedResultOf(linear), packed = $"{path}._packed_params";
        return
        [
            new(path, isDynamic ? DynamicLinearVersion : LinearVersion,
                new ScaleEntry($"{path}.scale", result, Shape.Scalar), new ZeroPointEntry($"{path}.zero_point", result, Shape.Scalar)),
            new(packed, PackedParamsVersion,
                new DTypeEntry($"{packed}.dtype"),
                new PackedEntry($"{packed}._packed_params",
                    graph.ConstantBehind(linear.Inputs[1]), linear.Inputs.Length > 2 ? linear.Inputs[2] : null)),
        ];
    }

    /// <summary>Whether a parameter of an operator is codes that it takes itself.</summary>
    private static bool IsPacked(Graph graph, Node node, int parameter) =>
        graph.Constants.GetValueOrDefault(node.Inputs[node.DataInputCount + parameter]) is { } weight && weight.Element.IsQuantized();

    private static IEnumerable<ModuleLayout> OfRecurrent(Recurrent node)
    {
        string path = node.Module;
        int[] starts = [.. from layer in Enumerable.Range(0, node.Layers) from direction in Enumerable.Range(0, node.Directions) select node.ParameterStart(layer, direction)];
        if (node.IsCell)
            return
            [
                new(path, ModuleLayout.DefaultVersion,
                    new PackedMatrixEntry($"{path}._packed_weight_ih", node.Inputs[starts[0]], Bias(starts[0], 0)),
                    new PackedMatrixEntry($"{path}._packed_weight_hh", node.Inputs[starts[0] + 1], Bias(starts[0], 1))),
            ];
        string all = $"{path}._all_weight_values";
        return
        [
            new(path, DynamicRecurrentVersion), new(all, ModuleLayout.DefaultVersion),
            .. starts.Select((start, i) => new ModuleLayout($"{all}.{i}", ModuleLayout.DefaultVersion, new CellParamsEntry($"{all}.{i}.param",
                [node.Inputs[start], node.Inputs[start + 1]], node.HasBias ? [node.Inputs[start + 2], node.Inputs[start + 3]] : [], node.ReduceRange))),
        ];

        string? Bias(int start, int index) => node.HasBias ? node.Inputs[start + 2 + index] : null;
    }

    private static IEnumerable<ModuleLayout> OfTable(Graph graph, Node node)
    {
        (string table, string packed) = (node.Inputs[node.DataInputCount], $"{node.Module}._packed_params");
        return
        [
            new(node.Module, ModuleLayout.DefaultVersion),
            new(packed, ModuleLayout.DefaultVersion,
                new DTypeEntry($"{packed}.dtype", graph.Constants[table].Element), new ConstantEntry($"{packed}._packed_weight", table)),
        ];
    }

    private static ModuleLayout Normalization(Graph graph, BatchNorm norm)
    {
        string path = norm.Module;
        IEnumerable<LayoutEntry> entries = Parameters(norm).Append(new ConstantEntry($"{path}.num_batches_tracked", $"{path}.num_batches_tracked"));
        if (graph.IsQuantized(norm) && graph.CodedResultOf(norm) is string result)
            // These two are what the observer gave, not numbers made tensors: of one dimension, and the zero point of int32.
            entries = [.. entries, new ScaleEntry($"{path}.scale", result, [1]), new ZeroPointEntry($"{path}.zero_point", result, [1], IsInt32: true)];
        return new(path, BatchNormVersion, [.. entries]);
    }

    private static ModuleLayout Functional(Graph graph, Node node) =>
        graph.IsQuantized(node) ? QuantizedFunctional(node.Module, graph.CodedResultOf(node)) : new(node.Module, ModuleLayout.DefaultVersion, []);

    // These are in state dicts since PyTorch 2.1; before, a network with hardswish that was saved quantized could not be loaded again.
    private static ModuleLayout Activation(Graph graph, Node node) => graph.IsQuantized(node)
        ? QuantizedFunctional(node.Module, graph.CodedResultOf(node))
        : new(node.Module, ModuleLayout.DefaultVersion);

    private static ModuleLayout QuantizedFunctional(string path, string? value) => new(path, ModuleLayout.DefaultVersion,
        new ScaleEntry($"{path}.scale", value, Shape.Scalar), new ZeroPointEntry($"{path}.zero_point", value, Shape.Scalar));

    private static ModuleLayout Stub(string path, string value) => new(path, ModuleLayout.DefaultVersion,
        new ScaleEntry($"{path}.scale", value, [1]), new ZeroPointEntry($"{path}.zero_point", value, [1]));

    private static string? StubValue(Graph graph, string path) =>
        graph.Find(path) is Quantize stub && stub.Module == path ? stub.Inputs[0] : null;

    private static IEnumerable<LayoutEntry> Parameters(Node node) =>
        node.Inputs.Skip(node.DataInputCount).Select(input => new ConstantEntry(input, input));
}
