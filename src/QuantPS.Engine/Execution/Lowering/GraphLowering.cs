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
        new Conv2dRule(), new LinearRule(), new AddRule(), new MultiplyRule(), new BatchNorm2dRule(), new ConcatRule(), new ReluRule(), new DropoutRule(),
        new QuantizedInputRule(), new QuantizeRule(), new DequantizeRule(),
    ];

    public static LoweredGraph Lower(Graph graph, CompileOptions options)
    {
        var context = new LoweringContext(graph, options);
        var chosen = new Stack<IReadOnlyList<Operation>>();
        Value result = context.Value(graph.Output);
        if (result.Element != ElementType.Float32)
        {
            Value codes = result;
            Value floats = result = new($"({graph.Output} as float32)", TensorType.Float(codes.Shape));
            chosen.Push([new(floats, [codes], [], kernels => kernels.Dequantize(new(codes, floats, options.MaxBatch)))]);
        }
        var needed = new HashSet<string>(options.Taps ?? new HashSet<string>()) { graph.Output };
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (!needed.Contains(node.Name) || context.IsConstant(node.Name)) continue;
            IReadOnlyList<Operation> operations = Rules.Select(rule => rule.Lower(node, context)).FirstOrDefault(found => found is not null)
                ?? throw new GraphException(node.Name, $"the engine has no kernel for {node.Operator}.");
            chosen.Push(operations);
            foreach (Value input in operations.SelectMany(operation => operation.Inputs)) needed.Add(input.Name);
        }
        Value source = context.Value(context.Input.Name);
        var all = new List<Operation>();
        if (needed.Contains(source.Name) || !context.InputIsRead)
            all.Add(new(source, [], [], kernels => kernels.Input(new(source))));
        foreach (IReadOnlyList<Operation> operations in chosen) all.AddRange(operations);
        all.Add(OutputOf(result));
        ConcatInPlace.Apply(all);
        foreach (Operation operation in all) RequireFits(operation.Output, options.MaxBatch);
        return new LoweredGraph(source, result, [.. all], context.Names);
    }

    private static Operation OutputOf(Value result)
    {
        Value view = new("(output)", TensorType.Float(result.Shape), result.ChannelsLast) { ViewOf = result };
        return new(view, [result], [], kernels => kernels.Output(new(result)));
    }

    private static void RequireFits(Value value, int maxBatch)
    {
        if (value.Shape.Rank < 1 || value.Shape[0] != 1)
            throw new GraphException(value.Name, $"has the shape {value.Shape} for one sample: the engine needs the batch as its first dimension.");
        if (value.Elements == 0) throw new GraphException(value.Name, $"has no elements: {value.Shape}.");
        if ((long)value.Elements * maxBatch > int.MaxValue / 4)
            throw new GraphException(value.Name, $"has too many elements for a batch of {maxBatch}: {value.Shape}.");
    }
}
