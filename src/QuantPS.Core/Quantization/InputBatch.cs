namespace QuantPS.Quantization;

/// <summary>Some samples of a network's input.</summary>
/// <param name="Values">The samples, float32, one behind the other, each in PyTorch's order (CHW); valid until the next batch is asked for.</param>
/// <param name="Count">The number of samples.</param>
public readonly record struct InputBatch(ReadOnlyMemory<float> Values, int Count);
