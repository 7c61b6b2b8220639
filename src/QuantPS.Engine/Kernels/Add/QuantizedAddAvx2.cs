using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAddAvx2(QuantizedAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Avx2, spec.Output)
{
    private readonly QuantizedAddScalar _tail = new(spec);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int first, int end, byte* scratch)
    {
        var ofLeft = new CodesAvx2.Dequantizer(spec.Left.Quantization!.Scale, spec.Left.Quantization.ZeroPoint);
        var ofRight = new CodesAvx2.Dequantizer(spec.Right.Quantization!.Scale, spec.Right.Quantization.ZeroPoint);
        var quantizer = new CodesAvx2.Quantizer(
            1 / spec.Output.Quantization!.Scale, spec.Output.Quantization.ZeroPoint, spec.Range.Low, spec.Range.High);
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        int i = first;
        for (; i + 16 <= end; i += 16)
            Sse2.Store(to + i, quantizer.Apply(
                Avx.Add(ofLeft.Apply(left + i), ofRight.Apply(right + i)), Avx.Add(ofLeft.Apply(left + i + 8), ofRight.Apply(right + i + 8))));
        _tail.Run(i, end, scratch);
    }
}
