namespace QuantPS.Engine;

/// <summary>Layers of long short-term memory (<c>torch.nn.LSTM</c>). Gates: input, forget, cell, output.</summary>
public sealed record Lstm : Recurrent
{
    /// <inheritdoc/>
    public override string Operator => "lstm";

    /// <inheritdoc/>
    public override int Gates => 4;

    /// <inheritdoc/>
    public override int States => 2;
}
