using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ClampAdvSimd(ClampSpec spec) : ElementKernel("relu", Float32, InstructionSet.AdvSimd, spec.Output)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        Vector128<float> low = Vector128.Create(spec.Low), high = Vector128.Create(spec.High);
        float* from = spec.Input.Floats, to = spec.Output.Floats;
        int i = first;
        for (; i + 8 <= end; i += 8)
        {
            AdvSimd.Store(to + i, AdvSimd.Min(high, AdvSimd.Max(low, AdvSimd.LoadVector128(from + i))));
            AdvSimd.Store(to + i + 4, AdvSimd.Min(high, AdvSimd.Max(low, AdvSimd.LoadVector128(from + i + 4))));
        }
        for (; i < end; i++) to[i] = ClampScalar.Of(from[i], spec.Low, spec.High);
    }
}
