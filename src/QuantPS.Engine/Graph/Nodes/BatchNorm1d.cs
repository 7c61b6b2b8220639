namespace QuantPS.Engine;

/// <summary>Batch normalization of rows of features NC (<c>torch.nn.BatchNorm1d</c>), as it follows linear layers.</summary>
public sealed record BatchNorm1d : BatchNorm
{
    private protected override int Rank => 2;
}
