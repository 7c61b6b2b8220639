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
        StateBlocks blocks = StateBlocks.For(recurrent.HiddenSize, context.Threads);
        int[][] outputs = [.. Enumerable.Range(0, blocks.Count).Select(block => blocks.Outputs(block, recurrent.Gates))];
        int[] order = [.. outputs.SelectMany(rows => rows)];
        var operations = new List<Operation>();
        for (int layer = 0; layer < recurrent.Layers; layer++)
        {
            bool isLast = layer == recurrent.Layers - 1;
            Value gates = Like(input, $"({node.Name} layer {layer} gates)", recurrent.Directions * recurrent.Gates * recurrent.HiddenSize);
            Value output = isLast ? context.Value(node.Name) : Like(input, $"({node.Name} layer {layer})", recurrent.Directions * recurrent.HiddenSize);
            LinearParameters[] inputs = Parameters(recurrent, context, layer, 0), states = Parameters(recurrent, context, layer, 1);
            operations.AddRange(Product(recurrent, context, LinearParameters.Join(Array.ConvertAll(inputs, part => part.Rows(order))), input, gates, layer));
            operations.Add(Steps(recurrent, context, [.. states.Select(direction => Array.ConvertAll(outputs, direction.Rows))], blocks, gates, output, layer, initial, last));
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
        Recurrent node, LoweringContext context, LinearParameters[][] states, StateBlocks blocks, Value gates, Value output, int layer,
        (Value? Hidden, Value? Cell) initial, (Value? Hidden, Value? Cell) last)
    {
        int rows = node.Gates * node.HiddenSize, maxBatch = context.Largest.Batch;
        RecurrentDirection[] directions = [.. states.Select((parts, direction) => new RecurrentDirection(
            direction * rows, (kernels, hidden, product) => Hidden(node, parts, kernels, hidden, product, maxBatch, context.Backend),
            layer * node.Directions + direction))];
        int? steps = gates.IsSequence ? null : node.IsCell ? 1 : gates.Shape[1];
        RecurrentFunction function = node switch
        {
            Lstm or LstmCell => RecurrentFunction.Lstm,
            Gru or GruCell => RecurrentFunction.Gru,
            Rnn { Relu: true } or RnnCell { Relu: true } => RecurrentFunction.RnnRelu,
            _ => RecurrentFunction.RnnTanh,
        };
        var spec = new RecurrentSpec(node.Operator, function, blocks, gates, output, steps, directions, initial, last,
            node.Layers * node.Directions, maxBatch, states[0][0].IsInt8 ? Kernel.Int8 : Kernel.Float32);
        return new(output, [gates, .. new[] { initial.Hidden, initial.Cell }.OfType<Value>()], [node], kernels => kernels.Recurrent(spec, kernels))
        {
            SideOutputs = [.. new[] { last.Hidden, last.Cell }.OfType<Value>()],
        };
    }

    private static HiddenProduct Hidden(
        Recurrent node, LinearParameters[] blocks, KernelTable kernels, Value hidden, Value[] gates, int maxBatch, QuantizationBackend backend)
    {
        bool isInt8 = blocks[0].IsInt8;
        var source = new Value("(hidden source)", new(isInt8 ? ElementType.QUInt8 : ElementType.Float32, hidden.Shape));
        return new(hidden, source, maxBatch, blocks.Length,
            !isInt8 ? null : () => kernels.DynamicQuantize(new(hidden, source, source.DynamicParameters(maxBatch), node.ReduceRange, backend)),
            block => isInt8 ? blocks[block].Dynamic(kernels, source, maxBatch, gates[block], backend) : blocks[block].Float(kernels, source, gates[block]));
    }

    private static Value Like(Value input, string name, int features) =>
        new(name, TensorType.Float(input.Shape.With(input.Shape.Rank - 1, features))) { IsSequence = input.IsSequence };
}
