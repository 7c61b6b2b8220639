using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>An add of quantized values behind a convolution, which is one of the two: <see cref="QuantizedAddSpec"/>.</summary>
/// <param name="Addend">The other value.</param>
/// <param name="Own">The scale and the zero point of the convolution's own codes.</param>
/// <param name="Output">Those of the sum.</param>
/// <param name="Range">The codes that the sum may have.</param>
internal sealed record FusedAdd(Value Addend, QuantParams Own, QuantParams Output, CodeRange Range)
{
    public QuantParams Other => Addend.Quantization!;
}
