using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Quantize and DynamicQuantize of a float value.</summary>
internal sealed class QuantizeRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not (Quantize or DynamicQuantize)) return null;
        string source = context.Resolve(node.Inputs[0]);
        Value input = context.Value(source), output = context.Value(node.Name);
        if (node is not DynamicQuantize dynamic) return [new(output, [input], [node], kernels => kernels.Quantize(new(input, output)))];
        // Images are turned on their way into the arena; all else can be read where the caller has it.
        bool fromCaller = !input.ChannelsLast && context.TakeInput(source);
        return [new(output, fromCaller ? [] : [input], [node], kernels => kernels.DynamicQuantize(
            new(input, output, output.DynamicParameters(context.MaxRows(output)), dynamic.ReduceRange, context.Backend) { FromCaller = fromCaller }))];
    }
}
