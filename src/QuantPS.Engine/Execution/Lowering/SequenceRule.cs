using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>What knows the steps of a sequence: one of them, and their indices.</summary>
internal sealed class SequenceRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not (SelectStep or Positions)) return null;
        Value input = context.Value(context.Resolve(node.Inputs[0])), output = context.Value(node.Name);
        return node is SelectStep select
            ? [new(output, [input], [node], _ => new SelectStepKernel(input, output, select.Step))]
            : [new(output, [], [node], _ => new PositionsKernel(output))];
    }
}
