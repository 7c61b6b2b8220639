namespace QuantPS.Engine;

/// <summary>
/// The last states of a <see cref="Recurrent"/> node, which is its input: h_n or c_n, (batch, layers * directions, hidden size), the layers in
/// turn and the directions within; of a cell (batch, hidden size).
/// </summary>
public sealed record LastState : Node
{
    /// <summary>Whether it is the cell state, which LSTM alone has; else the hidden state.</summary>
    public bool Cell { get; init; }

    /// <summary>The layers of the recurrent node.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The directions of the recurrent node.</summary>
    public int Directions { get; init; } = 1;

    /// <summary>The node for the last state of a recurrent one.</summary>
    public static LastState Of(Recurrent node, string name, bool cell) =>
        new() { Name = name, Module = node.Module, Inputs = [node.Name], Cell = cell, Layers = node.Layers, Directions = node.Directions };

    /// <inheritdoc/>
    public override string Operator => Cell ? "last_cell_state" : "last_hidden_state";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape output = inputs[0].Shape;
        return TensorType.Float(output.Rank == 2 ? output : [output[0], Layers * Directions, RequireRank(inputs, 0, 3)[2] / Directions]);
    }
}
