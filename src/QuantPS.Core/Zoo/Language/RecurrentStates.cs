using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The states that a recurrent network takes and gives, so that a text may go on where another run left it.</summary>
public static class RecurrentStates
{
    /// <summary>The input of the hidden states to begin with: (layers * directions, hidden size); zeros where nothing is written.</summary>
    public const string Hidden = "hidden";

    /// <summary>The input of the cell states to begin with, of an LSTM.</summary>
    public const string Cell = "cell";

    /// <summary>The output of the last hidden states.</summary>
    public const string LastHidden = "hidden_n";

    /// <summary>The output of the last cell states.</summary>
    public const string LastCell = "cell_n";

    internal static ImmutableArray<string> Names(Recurrent module) => module.States > 1 ? [Hidden, Cell] : [Hidden];

    internal static IEnumerable<GraphInput> Inputs(Recurrent module) =>
        Names(module).Select(name => new GraphInput(name, [module.Layers * module.Directions, module.HiddenSize]));

    internal static void Give(GraphBuilder graph, Recurrent module)
    {
        graph.Give(LastState.Of(module, LastHidden, cell: false));
        if (module.States > 1) graph.Give(LastState.Of(module, LastCell, cell: true));
    }
}
