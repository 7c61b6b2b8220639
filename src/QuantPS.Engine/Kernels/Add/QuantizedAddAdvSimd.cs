using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAddAdvSimd(QuantizedAddSpec spec) : ElementKernel("add", Int8, InstructionSet.AdvSimd, spec.Output)
{
    private readonly QuantizedAddScalar _tail = new(spec);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        (float leftScale, float rightScale) = (spec.Left.Quantization!.Scale, spec.Right.Quantization!.Scale);
        Vector128<float> ofLeft = Vector128.Create(leftScale), ofRight = Vector128.Create(rightScale);
        Vector128<float> leftZero = Vector128.Create(-(leftScale * spec.Left.Quantization.ZeroPoint));
        Vector128<float> rightZero = Vector128.Create(-(rightScale * spec.Right.Quantization.ZeroPoint));
        var quantizer = new CodesAdvSimd.Quantizer(
            1 / spec.Output.Quantization!.Scale, spec.Output.Quantization.ZeroPoint, spec.Range.Low, spec.Range.High);
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        int i = first;
        for (; i + 16 <= end; i += 16)
        {
            var x = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(left + i), Vector128<byte>.Zero);
            var y = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(right + i), Vector128<byte>.Zero);
            AdvSimd.Store(to + i, quantizer.Apply(
                AdvSimd.Add(AdvSimd.FusedMultiplyAdd(leftZero, x.A, ofLeft), AdvSimd.FusedMultiplyAdd(rightZero, y.A, ofRight)),
                AdvSimd.Add(AdvSimd.FusedMultiplyAdd(leftZero, x.B, ofLeft), AdvSimd.FusedMultiplyAdd(rightZero, y.B, ofRight)),
                AdvSimd.Add(AdvSimd.FusedMultiplyAdd(leftZero, x.C, ofLeft), AdvSimd.FusedMultiplyAdd(rightZero, y.C, ofRight)),
                AdvSimd.Add(AdvSimd.FusedMultiplyAdd(leftZero, x.D, ofLeft), AdvSimd.FusedMultiplyAdd(rightZero, y.D, ofRight))));
        }
        _tail.Run(i, end, scratch);
    }
}
