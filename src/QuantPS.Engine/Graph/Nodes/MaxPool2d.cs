namespace QuantPS.Engine;

/// <summary>The largest value of each window (<c>torch.nn.MaxPool2d</c>); padding never wins.</summary>
public sealed record MaxPool2d : Pool2d
{
    /// <inheritdoc/>
    public override string Operator => "max_pool2d";
}
