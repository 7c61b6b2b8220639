namespace QuantPS.Engine;

/// <summary>One step of long short-term memory (<c>torch.nn.LSTMCell</c>). Gates: input, forget, cell, output.</summary>
public sealed record LstmCell : Recurrent
{
    /// <inheritdoc/>
    public override string Operator => "lstm_cell";

    /// <inheritdoc/>
    public override int Gates => 4;

    /// <inheritdoc/>
    public override int States => 2;

    /// <inheritdoc/>
    public override bool IsCell => true;
}
