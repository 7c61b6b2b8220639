namespace QuantPS.Engine;

/// <summary>An input of a graph: a float32 value that the caller gives.</summary>
/// <param name="Name">The name of the value.</param>
/// <param name="Shape">The shape of one sample in PyTorch's order, without the batch: 3x224x224 for an image.</param>
public sealed record GraphInput(string Name, Shape Shape);
