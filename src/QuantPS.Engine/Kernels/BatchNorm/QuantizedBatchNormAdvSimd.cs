using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class QuantizedBatchNormAdvSimd(QuantizedBatchNormSpec spec) : Kernel("batch_norm", Int8, InstructionSet.AdvSimd)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        (int inputZero, int outputZero) = (spec.Input.Quantization!.ZeroPoint, spec.Output.Quantization!.ZeroPoint);
        var quantizer = new CodesAdvSimd.Quantizer(1, outputZero, spec.Range.Low, spec.Range.High);
        Vector128<byte> zero = Vector128.Create((byte)inputZero);
        fixed (float* factor = spec.Affine.Factor, summand = spec.Affine.Summand)
            for (int pixel = first; pixel < end; pixel++)
            {
                byte* from = spec.Input.Address + (long)pixel * _channels, to = spec.Output.Address + (long)pixel * spec.Output.Pitch;
                int c = 0;
                for (; c + 16 <= _channels; c += 16)
                {
                    var x = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(from + c), zero);
                    AdvSimd.Store(to + c, quantizer.Apply(
                        AdvSimd.FusedMultiplyAdd(AdvSimd.LoadVector128(summand + c), x.A, AdvSimd.LoadVector128(factor + c)),
                        AdvSimd.FusedMultiplyAdd(AdvSimd.LoadVector128(summand + c + 4), x.B, AdvSimd.LoadVector128(factor + c + 4)),
                        AdvSimd.FusedMultiplyAdd(AdvSimd.LoadVector128(summand + c + 8), x.C, AdvSimd.LoadVector128(factor + c + 8)),
                        AdvSimd.FusedMultiplyAdd(AdvSimd.LoadVector128(summand + c + 12), x.D, AdvSimd.LoadVector128(factor + c + 12))));
                }
                for (; c < _channels; c++)
                    to[c] = Codes.Quantize(MathF.FusedMultiplyAdd(from[c] - inputZero, factor[c], summand[c]), 1, outputZero, spec.Range.Low, spec.Range.High);
            }
    }
}
