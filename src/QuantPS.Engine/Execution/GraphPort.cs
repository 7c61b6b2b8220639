namespace QuantPS.Engine.Execution;

/// <summary>A value that a compiled graph takes or gives.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Element"><see cref="ElementType.Float32"/> or <see cref="ElementType.Int64"/>.</param>
/// <param name="Shape">The shape of one sample in PyTorch's order, without the batch; of a sequence, with the most steps.</param>
/// <param name="IsSequence">Whether a sample is a sequence: its first dimension is the steps.</param>
public sealed record GraphPort(string Name, ElementType Element, Shape Shape, bool IsSequence);
