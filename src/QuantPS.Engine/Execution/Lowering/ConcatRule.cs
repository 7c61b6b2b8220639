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
        return [Join(ConcatSpec.Of(inputs, output, Axis(cat), new CodeMap?[inputs.Length]), [cat])];
    }

    public static Operation Join(ConcatSpec spec, ImmutableArray<Node> nodes) =>
        new(spec.Output, spec.Inputs, nodes,
            kernels => spec.IsAllInPlace ? new ViewKernel(spec.Output) : kernels.Concat(spec)) { Concat = spec, WritesSlices = spec.JoinsRuns };

    public static int Axis(Concat cat) => cat.Dimension > 0 ? cat.Dimension
        : throw new GraphException(cat.Name, "the engine cannot join along the batch.");
}
