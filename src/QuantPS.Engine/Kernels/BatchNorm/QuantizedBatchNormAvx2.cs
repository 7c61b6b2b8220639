using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class QuantizedBatchNormAvx2(QuantizedBatchNormSpec spec) : Kernel("batch_norm", Int8, InstructionSet.Avx2)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    public override void Run(int first, int end, byte* scratch)
    {
        (int inputZero, int outputZero) = (spec.Input.Quantization!.ZeroPoint, spec.Output.Quantization!.ZeroPoint);
        var quantizer = new CodesAvx2.Quantizer(1, outputZero, spec.Range.Low, spec.Range.High);
        Vector256<int> zero = Vector256.Create(inputZero);
        fixed (float* factor = spec.Affine.Factor, summand = spec.Affine.Summand)
            for (int pixel = first; pixel < end; pixel++)
            {
                byte* from = spec.Input.Address + (long)pixel * _channels, to = spec.Output.Address + (long)pixel * spec.Output.Pitch;
                int c = 0;
                for (; c + 16 <= _channels; c += 16)
                    Sse2.Store(to + c, quantizer.Apply(
                        Fma.MultiplyAdd(CodesAvx2.Centered(from + c, zero), Avx.LoadVector256(factor + c), Avx.LoadVector256(summand + c)),
                        Fma.MultiplyAdd(CodesAvx2.Centered(from + c + 8, zero), Avx.LoadVector256(factor + c + 8), Avx.LoadVector256(summand + c + 8))));
                for (; c < _channels; c++)
                    to[c] = Codes.Quantize(MathF.FusedMultiplyAdd(from[c] - inputZero, factor[c], summand[c]), 1, outputZero, spec.Range.Low, spec.Range.High);
            }
    }
}
