using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Pad and slice, in float or on codes: a window of the input's coordinates is copied, zeros around it.</summary>
internal sealed class WindowRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<Pad>(node, context) is { Operator: Pad pad } padding)
            return [padding.Operation(kernels => kernels.CopyWindow(CopyWindowSpec.OfPad(padding.Input, padding.Output, pad)))];
        if (PassThrough.Match<Slice>(node, context) is { Operator: Slice slice } slicing)
            return [slicing.Operation(kernels => kernels.CopyWindow(CopyWindowSpec.OfSlice(slicing.Input, slicing.Output, slice)))];
        return null;
    }
}
