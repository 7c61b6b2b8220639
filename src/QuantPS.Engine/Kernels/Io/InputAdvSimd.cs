using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Quantized by plane, and stored interleaved.</summary>
internal sealed unsafe class InputAdvSimd(InputSpec spec) : InputVector(spec, InstructionSet.AdvSimd)
{
    protected override void Quantize(float* from, byte* to, int count, QuantParams quantization) =>
        QuantizeAdvSimd.Run(from, to, count, 1 / quantization.Scale, quantization.ZeroPoint);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Interleave(float* from, nint plane, byte* to, int count, QuantParams quantization)
    {
        var quantizer = new CodesAdvSimd.Quantizer(1 / quantization.Scale, quantization.ZeroPoint);
        for (int i = 0; i < count; i += Lanes, from += Lanes, to += 3 * Lanes)
            AdvSimd.Arm64.StoreVectorAndZip(to, (quantizer.Apply(from), quantizer.Apply(from + plane), quantizer.Apply(from + 2 * plane)));
    }
}
