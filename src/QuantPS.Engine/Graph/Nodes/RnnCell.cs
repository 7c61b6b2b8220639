namespace QuantPS.Engine;

/// <summary>One step of simple recurrent units: tanh or ReLU of the sum of both products (<c>torch.nn.RNNCell</c>).</summary>
public sealed record RnnCell : Recurrent
{
    /// <summary>Whether the function is ReLU; else tanh.</summary>
    public bool Relu { get; init; }

    /// <inheritdoc/>
    public override string Operator => Relu ? "rnn_relu_cell" : "rnn_tanh_cell";

    /// <inheritdoc/>
    public override int Gates => 1;

    /// <inheritdoc/>
    public override bool IsCell => true;
}
