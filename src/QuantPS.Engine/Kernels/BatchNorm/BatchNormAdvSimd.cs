using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class BatchNormAdvSimd(BatchNormSpec spec) : Kernel("batch_norm", Float32, InstructionSet.AdvSimd)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        Vector128<float> low = Vector128.Create(spec.Low), high = Vector128.Create(spec.High);
        fixed (float* factor = spec.Affine.Factor, summand = spec.Affine.Summand)
            for (int pixel = first; pixel < end; pixel++)
            {
                float* from = spec.Input.Floats + (long)pixel * _channels, to = spec.Output.Floats + (long)pixel * spec.Output.Pitch;
                int c = 0;
                for (; c + 4 <= _channels; c += 4)
                    AdvSimd.Store(to + c, AdvSimd.Min(high, AdvSimd.Max(low, AdvSimd.FusedMultiplyAdd(
                        AdvSimd.LoadVector128(summand + c), AdvSimd.LoadVector128(from + c), AdvSimd.LoadVector128(factor + c)))));
                for (; c < _channels; c++) to[c] = ClampScalar.Of(MathF.FusedMultiplyAdd(from[c], factor[c], summand[c]), spec.Low, spec.High);
            }
    }
}
