using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Quantize and DynamicQuantize of a float value.</summary>
internal sealed class QuantizeRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not (Quantize or DynamicQuantize)) return null;
        Value input = context.Value(context.Resolve(node.Inputs[0])), output = context.Value(node.Name);
        Func<KernelTable, Kernel> bind = node is DynamicQuantize dynamic
            ? kernels => kernels.DynamicQuantize(new(input, output, output.DynamicParameters(context.MaxRows(output)), dynamic.ReduceRange, context.Backend))
            : kernels => kernels.Quantize(new(input, output));
        return [new(output, [input], [node], bind)];
    }
}
