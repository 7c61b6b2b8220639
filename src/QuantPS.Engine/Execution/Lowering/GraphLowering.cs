using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Turns a graph into a flat list of operations. It depends on the graph, the backend and the taps alone.</summary>
/// <remarks>
/// Backwards from the output: each value that something needs gets the first rule that fits its node, and the rule says which values
/// it needs in turn. So a float value between a Dequantize and a Quantize costs nothing unless somebody takes it as float.
/// </remarks>
internal static class GraphLowering
{
    /// <summary>The rules: those that compute on codes first.</summary>
    private static readonly ImmutableArray<ILoweringRule> Rules =
    [
        new QuantizedConv2dRule(), new QuantizedLinearRule(), new QuantizedConvAddRule(), new QuantizedAddRule(), new QuantizedMultiplyRule(),
        new QuantizedBatchNorm2dRule(), new QuantizedConcatRule(), new ActivationRule(), new ChannelShuffleRule(), new TransformInputRule(), new RequantizeRule(), new DynamicLinearRule(),
        new MaxPool2dRule(), new AvgPool2dRule(), new AdaptiveAvgPool2dRule(), new MeanRule(), new FlattenRule(), new WindowRule(),
        new LayerNormRule(), new SoftmaxRule(), new AttentionRule(), new SequenceRule(),
        new Conv2dRule(), new LinearRule(), new AddRule(), new MultiplyRule(), new BatchNormRule(), new ConcatRule(), new ReluRule(), new DropoutRule(),
        new RecurrentRule(), new LastStateRule(), new EmbeddingRule(), new EmbeddingBagRule(),
        new QuantizedInputRule(), new QuantizeRule(), new DequantizeRule(),
    ];

    public static LoweredGraph Lower(Graph graph, CompileOptions options)
    {
        var context = new LoweringContext(graph, options);
        var chosen = new Stack<IReadOnlyList<Operation>>();
        var results = graph.Outputs.Select(name => ResultOf(name, context, chosen)).ToImmutableArray();
        var needed = new HashSet<string>([.. options.Taps ?? new HashSet<string>(), .. graph.Outputs]);
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (!needed.Contains(node.Name) || context.IsConstant(node.Name)) continue;
            IReadOnlyList<Operation> operations = Rules.Select(rule => rule.Lower(node, context)).FirstOrDefault(found => found is not null)
                ?? throw new GraphException(node.Name, $"the engine has no kernel for {node.Operator}.");
            chosen.Push(operations);
            foreach (Value input in operations.SelectMany(operation => operation.Inputs)) needed.Add(input.Name);
        }
        ImmutableArray<Value> inputs = [.. graph.Inputs.Select(input => context.Value(input.Name))];
        var all = new List<Operation>();
        foreach (Value input in inputs)
            if (needed.Contains(input.Name) || !context.IsTaken(input.Name))
                all.Add(new(input, [], [], kernels => input.Element == ElementType.Float32 ? kernels.Input(new(input.Name, input)) : new InputIndices(input)));
        foreach (IReadOnlyList<Operation> operations in chosen) all.AddRange(operations);
        all.AddRange([.. results.Select(result => OutputOf(result, IsWrittenInPlace(result, results, all)))]);
        ConcatInPlace.Apply(all);
        foreach (Operation operation in all) RequireFits(operation.Output, context.MaxRows(operation.Output));
        return new LoweredGraph(inputs, results, context.Largest, [.. all], context.Names);
    }

    /// <summary>An output in float, and the operation that makes it so where it is codes.</summary>
    private static Value ResultOf(string name, LoweringContext context, Stack<IReadOnlyList<Operation>> chosen)
    {
        Value codes = context.Value(name);
        if (codes.Element == ElementType.Float32) return codes;
        Value floats = new($"({name} as float32)", TensorType.Float(codes.Shape)) { IsSequence = codes.IsSequence };
        chosen.Push([new(floats, [codes], [], kernels => kernels.Dequantize(new(codes, floats, context.MaxRows(codes)))) { WritesInPlace = true }]);
        return floats;
    }

    /// <summary>Whether a result can be written to the caller's memory at once: nothing else reads or shows it.</summary>
    private static bool IsWrittenInPlace(Value result, ImmutableArray<Value> results, List<Operation> operations) =>
        !result.ChannelsLast && result.Storage == result
        && operations.Exists(operation => operation.Output == result && operation.WritesInPlace)
        && !operations.Exists(operation => operation.Output != result && operation.Output.Storage == result || operation.Inputs.Contains(result))
        && results.Count(other => other == result) == 1;

    private static Operation OutputOf(Value result, bool inPlace)
    {
        Value view = new("(output)", TensorType.Float(result.Shape), result.ChannelsLast) { ViewOf = result, IsSequence = result.IsSequence };
        return new(view, [result], [], kernels => inPlace ? new OutputInPlace(new(result)) : kernels.Output(new(result)));
    }

    private static void RequireFits(Value value, int maxRows)
    {
        if (value.Shape.Rank < 1 || value.Shape[0] != 1)
            throw new GraphException(value.Name, $"has the shape {value.Shape} for one row: the engine needs the batch as its first dimension.");
        if (value.Elements == 0) throw new GraphException(value.Name, $"has no elements: {value.Shape}.");
        if ((long)value.Elements * maxRows > int.MaxValue / 4)
            throw new GraphException(value.Name, $"has too many elements for a batch with {maxRows} rows: {value.Shape}.");
    }
}
