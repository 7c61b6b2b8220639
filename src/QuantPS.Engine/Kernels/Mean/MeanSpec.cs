using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The mean of each channel of an image in float; codes are dequantized first, and the mean is quantized, as PyTorch does it where images
/// are channels last (aten/src/ATen/native/quantized/cpu/ReduceOps.cpp).
/// </summary>
internal sealed record MeanSpec(Value Input, Value Output);
