using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A last state, which the steps of the recurrent module have written already.</summary>
internal sealed class LastStateRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not LastState last) return null;
        if (context.Producer(last.Inputs[0]) is not Recurrent recurrent || last.Inputs[0] != recurrent.Name || (last.Cell && recurrent.States < 2)
            || recurrent.Layers != last.Layers || recurrent.Directions != last.Directions)
            throw new GraphException(node.Name, $"'{last.Inputs[0]}' has no such {last.Operator}.");
        Value state = context.Value(node.Name);
        // The steps write one value; others of its kind show it.
        LastState first = context.ConsumersOf(recurrent.Name).OfType<LastState>().First(other => other.Cell == last.Cell);
        if (first.Name != last.Name) state.ViewOf = context.Value(first.Name);
        return [new(state, [context.Value(recurrent.Name)], [node], _ => new ViewKernel(state))];
    }
}
