using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>What a step does with the sums of its gates.</summary>
internal enum RecurrentFunction
{
    Lstm,
    Gru,
    RnnTanh,
    RnnRelu,
}

/// <summary>One direction of a layer.</summary>
/// <param name="InputStart">Where its gates start in a step's row of those of x.</param>
/// <param name="Hidden">Makes the product of the hidden state, from the state to the gates of each block.</param>
/// <param name="Index">The row of its states: layer * directions + direction.</param>
internal sealed record RecurrentDirection(int InputStart, Func<KernelTable, Value, Value[], HiddenProduct> Hidden, int Index);

/// <summary>A layer of a recurrent module, behind the product of x, which is computed for all steps at once.</summary>
/// <param name="Name">The operator.</param>
/// <param name="Function">What a step does.</param>
/// <param name="Blocks">The blocks of its states.</param>
/// <param name="Gates">The gates of x for every step: those of each direction in turn, block by block .</param>
/// <param name="Output">The hidden states of every step, those of each direction in turn.</param>
/// <param name="Steps">The steps of a sample where its sequences are not those of the graph: 1 for a cell; null where they are.</param>
/// <param name="Directions">Forward, and maybe backward.</param>
/// <param name="Initial">The hidden and the cell state to begin with; null where they are zero.</param>
/// <param name="Last">Where the last states go; null where nobody takes them.</param>
/// <param name="StateRows">The rows that a sample has in those.</param>
/// <param name="MaxBatch">The most samples.</param>
/// <param name="Precision">What the products are computed in.</param>
internal sealed record RecurrentSpec(
    string Name, RecurrentFunction Function, StateBlocks Blocks, Value Gates, Value Output, int? Steps, RecurrentDirection[] Directions,
    (Value? Hidden, Value? Cell) Initial, (Value? Hidden, Value? Cell) Last, int StateRows, int MaxBatch, string Precision)
{
    /// <summary>The parts of a row of gates.</summary>
    public int GateCount => Function switch { RecurrentFunction.Lstm => 4, RecurrentFunction.Gru => 3, _ => 1 };
}
