using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class BatchNormAvx2(BatchNormSpec spec) : Kernel("batch_norm", Float32, InstructionSet.Avx2)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    public override void Run(int first, int end, byte* scratch)
    {
        Vector256<float> low = Vector256.Create(spec.Low), high = Vector256.Create(spec.High);
        fixed (float* factor = spec.Affine.Factor, summand = spec.Affine.Summand)
            for (int pixel = first; pixel < end; pixel++)
            {
                float* from = spec.Input.Floats + (long)pixel * _channels, to = spec.Output.Floats + (long)pixel * spec.Output.Pitch;
                int c = 0;
                for (; c + 8 <= _channels; c += 8)
                    Avx.Store(to + c, Avx.Min(high, Avx.Max(low, Fma.MultiplyAdd(
                        Avx.LoadVector256(from + c), Avx.LoadVector256(factor + c), Avx.LoadVector256(summand + c)))));
                for (; c < _channels; c++) to[c] = ClampScalar.Of(MathF.FusedMultiplyAdd(from[c], factor[c], summand[c]), spec.Low, spec.High);
            }
    }
}
