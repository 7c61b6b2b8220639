using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>The sum of two float values within bounds.</summary>
internal sealed record AddSpec(Value Left, Value Right, Value Output, float Low, float High);

/// <summary>The sum of two quantized values: each dequantized, added in float, quantized.</summary>
internal sealed record QuantizedAddSpec(Value Left, Value Right, Value Output, CodeRange Range);
