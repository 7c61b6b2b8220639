using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ClampAvx2(ClampSpec spec) : ElementKernel("relu", Float32, InstructionSet.Avx2, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        Vector256<float> low = Vector256.Create(spec.Low), high = Vector256.Create(spec.High);
        float* from = spec.Input.Floats, to = spec.Output.Floats;
        int i = first;
        for (; i + 8 <= end; i += 8) Avx.Store(to + i, Avx.Min(high, Avx.Max(low, Avx.LoadVector256(from + i))));
        for (; i < end; i++) to[i] = ClampScalar.Of(from[i], spec.Low, spec.High);
    }
}
