namespace QuantPS.Engine;

/// <summary>Batch normalization of images NCHW (<c>torch.nn.BatchNorm2d</c>).</summary>
public sealed record BatchNorm2d : BatchNorm
{
    private protected override int Rank => 4;
}
