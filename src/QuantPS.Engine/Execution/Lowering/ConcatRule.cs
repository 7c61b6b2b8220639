using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>cat in float.</summary>
internal sealed class ConcatRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Concat cat) return null;
        ImmutableArray<Value> inputs = [.. cat.Inputs.Select(name => context.Value(context.Resolve(name)))];
        Value output = context.Value(node.Name);
        return [new(output, inputs, [cat], kernels => kernels.Concat(ConcatSpec.Of(inputs, output, Axis(cat), new CodeMap?[inputs.Length])))];
    }

    public static int Axis(Concat cat) => cat.Dimension > 0 ? cat.Dimension
        : throw new GraphException(cat.Name, "the engine cannot join along the batch.");
}
