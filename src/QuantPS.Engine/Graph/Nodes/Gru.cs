namespace QuantPS.Engine;

/// <summary>Layers of gated recurrent units (<c>torch.nn.GRU</c>). Gates: reset, update, new.</summary>
public sealed record Gru : Recurrent
{
    /// <inheritdoc/>
    public override string Operator => "gru";

    /// <inheritdoc/>
    public override int Gates => 3;
}
