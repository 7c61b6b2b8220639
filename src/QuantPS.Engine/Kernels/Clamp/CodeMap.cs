using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>Codes of one quantization to codes of another, within a range: dequantize, quantize, clamp.</summary>
internal sealed record CodeMap(QuantParams From, QuantParams To, CodeRange Range)
{
    private byte[]? _table;

    /// <summary>The code for each code.</summary>
    public byte[] Table => _table ??=
        [.. Enumerable.Range(0, 256).Select(code => Codes.Quantize(
            Codes.Dequantize((byte)code, From.Scale, From.ZeroPoint), 1 / To.Scale, To.ZeroPoint, Range.Low, Range.High))];

    /// <summary>Whether codes stay as they are but for the range.</summary>
    public bool IsClamp => From.Equals(To);
}
