using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Recurrent modules and cells: for each layer the product of x for all steps at once, then the steps.</summary>
internal sealed class RecurrentRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Recurrent recurrent) return null;
        Value input = context.Value(context.Resolve(recurrent.Inputs[0]));
        (Value? hidden, Value? cell) initial = recurrent.HasInitialStates
            ? (context.Value(context.Resolve(recurrent.Inputs[1])), recurrent.States > 1 ? context.Value(context.Resolve(recurrent.Inputs[2])) : null) : (null, null);
        (Value? hidden, Value? cell) last = (Last(cell: false), Last(cell: true));
        var operations = new List<Operation>();
        for (int layer = 0; layer < recurrent.Layers; layer++)
        {
            bool isLast = layer == recurrent.Layers - 1;
            Value gates = Like(input, $"({node.Name} layer {layer} gates)", recurrent.Directions * recurrent.Gates * recurrent.HiddenSize);
            Value output = isLast ? context.Value(node.Name) : Like(input, $"({node.Name} layer {layer})", recurrent.Directions * recurrent.HiddenSize);
            LinearParameters[] inputs = Parameters(recurrent, context, layer, 0), states = Parameters(recurrent, context, layer, 1);
            operations.AddRange(Product(recurrent, context, LinearParameters.Join(inputs), input, gates, layer));
            operations.Add(Steps(recurrent, context, states, gates, output, layer, initial, last));
            input = output;
        }
        return operations;

        Value? Last(bool cell) => context.ConsumersOf(node.Name).OfType<LastState>().FirstOrDefault(state => state.Cell == cell) is { } state
            ? context.Value(state.Name) : null;
    }

    private static LinearParameters[] Parameters(Recurrent node, LoweringContext context, int layer, int offset) =>
        [.. Enumerable.Range(0, node.Directions).Select(direction =>
        {
            int start = node.ParameterStart(layer, direction) + offset;
            return new LinearParameters(context.Constant(node, start), node.HasBias ? context.Parameter(node, start + 2) : null);
        })];

    /// <summary>The gates of x, of all directions.</summary>
    private static IEnumerable<Operation> Product(
        Recurrent node, LoweringContext context, LinearParameters parameters, Value input, Value gates, int layer)
    {
        if (!parameters.IsInt8)
        {
            yield return new(gates, [input], [], kernels => parameters.Float(kernels, input, gates));
            yield break;
        }
        Value codes = new($"({node.Name} layer {layer} codes)", new(ElementType.QUInt8, input.Shape)) { IsSequence = input.IsSequence };
        int maxRows = context.MaxRows(codes);
        yield return new(codes, [input], [], kernels => kernels.DynamicQuantize(new(input, codes, codes.DynamicParameters(maxRows), node.ReduceRange, context.Backend)));
        yield return new(gates, [codes], [], kernels => parameters.Dynamic(kernels, codes, maxRows, gates, context.Backend));
    }

    private static Operation Steps(
        Recurrent node, LoweringContext context, LinearParameters[] states, Value gates, Value output, int layer,
        (Value? Hidden, Value? Cell) initial, (Value? Hidden, Value? Cell) last)
    {
        int rows = node.Gates * node.HiddenSize, maxBatch = context.Largest.Batch;
        RecurrentDirection[] directions = [.. states.Select((parameters, direction) => new RecurrentDirection(
            direction * rows, (kernels, hidden, product) => Hidden(parameters, kernels, hidden, product, maxBatch, node.ReduceRange, context.Backend),
            layer * node.Directions + direction))];
        int? steps = gates.IsSequence ? null : node.IsCell ? 1 : gates.Shape[1];
        RecurrentFunction function = node switch
        {
            Lstm or LstmCell => RecurrentFunction.Lstm,
            Gru or GruCell => RecurrentFunction.Gru,
            Rnn { Relu: true } or RnnCell { Relu: true } => RecurrentFunction.RnnRelu,
            _ => RecurrentFunction.RnnTanh,
        };
        var spec = new RecurrentSpec(node.Operator, function, node.HiddenSize, gates, output, steps, directions, initial, last,
            node.Layers * node.Directions, maxBatch, states[0].IsInt8 ? Kernel.Int8 : Kernel.Float32);
        return new(output, [gates, .. new[] { initial.Hidden, initial.Cell }.OfType<Value>()], [node], kernels => kernels.Recurrent(spec, kernels))
        {
            SideOutputs = [.. new[] { last.Hidden, last.Cell }.OfType<Value>()],
        };
    }

    private static Kernel Hidden(
        LinearParameters parameters, KernelTable kernels, Value hidden, Value gates, int maxBatch, bool reduceRange, QuantizationBackend backend)
    {
        if (!parameters.IsInt8) return parameters.Float(kernels, hidden, gates);
        var codes = new Value("(hidden codes)", new(ElementType.QUInt8, hidden.Shape));
        return new HiddenProduct(codes, maxBatch,
            () => kernels.DynamicQuantize(new(hidden, codes, codes.DynamicParameters(maxBatch), reduceRange, backend)),
            () => parameters.Dynamic(kernels, codes, maxBatch, gates, backend));
    }

    private static Value Like(Value input, string name, int features) =>
        new(name, TensorType.Float(input.Shape.With(input.Shape.Rank - 1, features))) { IsSequence = input.IsSequence };
}
