using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dropout is the identity: the same memory. Only an output or a tap of its own comes here.</summary>
internal sealed class DropoutRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Dropout) return null;
        (Value from, Value to) = (context.Value(context.Resolve(node.Name)), context.Value(node.Name));
        to.ViewOf = from;
        return [new(to, [from], [node], _ => new ViewKernel(to))];
    }
}
