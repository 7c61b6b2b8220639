namespace QuantPS.Engine;

/// <summary>Layers of simple recurrent units: tanh or ReLU of the sum of both products (<c>torch.nn.RNN</c>).</summary>
public sealed record Rnn : Recurrent
{
    /// <summary>Whether the function is ReLU; else tanh.</summary>
    public bool Relu { get; init; }

    /// <inheritdoc/>
    public override string Operator => Relu ? "rnn_relu" : "rnn_tanh";

    /// <inheritdoc/>
    public override int Gates => 1;
}
