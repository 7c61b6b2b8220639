using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AddAvx2(AddSpec spec) : ElementKernel("add", Float32, InstructionSet.Avx2, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        Vector256<float> low = Vector256.Create(spec.Low), high = Vector256.Create(spec.High);
        float* left = spec.Left.Floats, right = spec.Right.Floats, to = spec.Output.Floats;
        int i = first;
        for (; i + 8 <= end; i += 8)
            Avx.Store(to + i, Avx.Min(high, Avx.Max(low, Avx.Add(Avx.LoadVector256(left + i), Avx.LoadVector256(right + i)))));
        for (; i < end; i++) to[i] = ClampScalar.Of(left[i] + right[i], spec.Low, spec.High);
    }
}
