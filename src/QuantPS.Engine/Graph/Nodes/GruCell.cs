namespace QuantPS.Engine;

/// <summary>One step of gated recurrent units (<c>torch.nn.GRUCell</c>). Gates: reset, update, new.</summary>
public sealed record GruCell : Recurrent
{
    /// <inheritdoc/>
    public override string Operator => "gru_cell";

    /// <inheritdoc/>
    public override int Gates => 3;

    /// <inheritdoc/>
    public override bool IsCell => true;
}
