using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Input">Floats.</param>
/// <param name="Output">Codes, whose scale and zero point they get.</param>
internal sealed record QuantizeSpec(Value Input, Value Output)
{
    public float InverseScale => 1 / Output.Quantization!.Scale;

    public int ZeroPoint => Output.Quantization!.ZeroPoint;
}

/// <param name="Input">Codes, with a scale known beforehand or chosen as it runs.</param>
/// <param name="Output">Floats.</param>
/// <param name="MaxBatch">The largest batch, which says where the chosen scale lies.</param>
internal sealed record DequantizeSpec(Value Input, Value Output, int MaxBatch);

/// <param name="Input">Floats.</param>
/// <param name="Output">Codes of the range of the whole batch.</param>
/// <param name="Parameters">Where the scale (float) and the zero point (int) go.</param>
/// <param name="ReduceRange">Whether the range is 0..127.</param>
/// <param name="Backend">
/// The backend, whose rounding differs: fbgemm and x86 round fma(x, 1 / scale, zero point), oneDNN x * (1 / scale) + zero point, and qnnpack
/// adds the zero point after rounding.
/// </param>
internal sealed record DynamicQuantizeSpec(Value Input, Value Output, nint Parameters, bool ReduceRange, QuantizationBackend Backend)
{
    /// <summary>Whether the input is read from the caller's memory: it is the graph's.</summary>
    public bool FromCaller { get; init; }

    public float Inverse(DynamicParameters.Chosen chosen) => 1 / (Backend == QuantizationBackend.Onednn ? chosen.InvertedTwice : chosen.Scale);
}
