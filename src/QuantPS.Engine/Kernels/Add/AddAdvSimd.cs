using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AddAdvSimd(AddSpec spec) : ElementKernel("add", Float32, InstructionSet.AdvSimd, spec.Output)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        Vector128<float> low = Vector128.Create(spec.Low), high = Vector128.Create(spec.High);
        float* left = spec.Left.Floats, right = spec.Right.Floats, to = spec.Output.Floats;
        int i = first;
        for (; i + 8 <= end; i += 8)
        {
            Vector128<float> x = AdvSimd.Add(AdvSimd.LoadVector128(left + i), AdvSimd.LoadVector128(right + i));
            Vector128<float> y = AdvSimd.Add(AdvSimd.LoadVector128(left + i + 4), AdvSimd.LoadVector128(right + i + 4));
            AdvSimd.Store(to + i, AdvSimd.Min(high, AdvSimd.Max(low, x)));
            AdvSimd.Store(to + i + 4, AdvSimd.Min(high, AdvSimd.Max(low, y)));
        }
        for (; i < end; i++) to[i] = ClampScalar.Of(left[i] + right[i], spec.Low, spec.High);
    }
}
