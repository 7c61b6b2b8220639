using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>A factor and a summand for each channel.</summary>
internal sealed record ChannelAffine(float[] Factor, float[] Summand);

/// <summary>x * factor + summand, within bounds.</summary>
internal sealed record BatchNormSpec(Value Input, Value Output, ChannelAffine Affine, float Low, float High);

/// <summary>zero point of the output + rint((code - zero point of the input) * factor + summand), with one rounding of the product and sum.</summary>
internal sealed record QuantizedBatchNormSpec(Value Input, Value Output, ChannelAffine Affine, CodeRange Range);
