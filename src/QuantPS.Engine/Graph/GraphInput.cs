namespace QuantPS.Engine;

/// <summary>An input of a graph: a value that the caller gives.</summary>
/// <param name="Name">The name of the value.</param>
/// <param name="Shape">
/// The shape of one sample in PyTorch's order, without the batch: 3x224x224 for an image. The first dimension of a sequence is the steps.
/// </param>
/// <param name="Element"><see cref="ElementType.Float32"/>, or <see cref="ElementType.Int64"/> for indices.</param>
public sealed record GraphInput(string Name, Shape Shape, ElementType Element = ElementType.Float32)
{
    /// <summary>
    /// Whether a sample is a sequence, whose length may differ from run to run: all sequences of a graph have one length in a run. Values that
    /// come from it and have as many steps are sequences, too.
    /// </summary>
    public bool IsSequence { get; init; }
}
