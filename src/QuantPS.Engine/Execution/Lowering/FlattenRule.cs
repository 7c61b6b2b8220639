using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Flatten: the same memory where NHWC and NCHW are one, else a change of layout.</summary>
internal sealed class FlattenRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<Flatten>(node, context) is not { } flatten) return null;
        (Value from, Value to) = (flatten.Input, flatten.Output);
        Shape x = from.Shape;
        if (from.ChannelsLast && x[1] > 1 && x[2] * x[3] > 1) return [Layouts.Transpose(from, to, flatten.Nodes)];
        to.ViewOf = from;
        return [flatten.Operation(_ => new ViewKernel(to))];
    }
}
