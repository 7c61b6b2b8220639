namespace QuantPS.Engine;

/// <summary>The mean of each window (<c>torch.nn.AvgPool2d</c>); a dilation has no meaning here.</summary>
public sealed record AvgPool2d : Pool2d
{
    /// <summary>Whether padding counts as zeros in the mean, as it does by default in PyTorch.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <inheritdoc/>
    public override string Operator => "avg_pool2d";
}
