using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>(x - mean) / sqrt(variance + epsilon) * weight + bias of each run, where x is the input, or its sum with the addend.</summary>
internal sealed record LayerNormSpec(Value Input, Value? Addend, Value Output, float[] Weight, float[] Bias, float Epsilon);
