using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The rounding shift rounds halves up; one less for negative sums rounds them away from zero.</summary>
internal sealed unsafe class QnnpackAddAdvSimd(QnnpackAddSpec spec) : ElementKernel("add", Int8, InstructionSet.AdvSimd, spec.Output)
{
    private readonly QnnpackAddScalar _tail = new(spec);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        QnnpackSum factors = spec.Sum;
        Vector128<int> ofLeft = Vector128.Create(factors.LeftFactor), ofRight = Vector128.Create(factors.RightFactor);
        Vector128<int> offset = Vector128.Create(factors.Offset), shift = Vector128.Create(-factors.Shift);
        Vector128<short> zeroPoint = Vector128.Create((short)spec.Output.Quantization!.ZeroPoint);
        Vector128<byte> low = Vector128.Create(spec.Range.Low), high = Vector128.Create(spec.Range.High);
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        int i = first;
        for (; i + 16 <= end; i += 16)
        {
            Vector128<byte> x = AdvSimd.LoadVector128(left + i), y = AdvSimd.LoadVector128(right + i);
            Vector128<short> lower = Words(
                AdvSimd.ZeroExtendWideningLower(x.GetLower()), AdvSimd.ZeroExtendWideningLower(y.GetLower()), ofLeft, ofRight, offset, shift);
            Vector128<short> upper = Words(AdvSimd.ZeroExtendWideningUpper(x), AdvSimd.ZeroExtendWideningUpper(y), ofLeft, ofRight, offset, shift);
            Vector128<byte> codes = CodesAdvSimd.Bytes(AdvSimd.AddSaturate(lower, zeroPoint), AdvSimd.AddSaturate(upper, zeroPoint));
            AdvSimd.Store(to + i, AdvSimd.Max(AdvSimd.Min(codes, high), low));
        }
        _tail.Run(i, end, scratch);
    }

    /// <summary>The sums of eight pairs of codes in steps of the output's scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Words(
        Vector128<ushort> left, Vector128<ushort> right, Vector128<int> ofLeft, Vector128<int> ofRight, Vector128<int> offset, Vector128<int> shift) =>
        CodesAdvSimd.Words(
            Sum(AdvSimd.ZeroExtendWideningLower(left.GetLower()), AdvSimd.ZeroExtendWideningLower(right.GetLower()), ofLeft, ofRight, offset, shift),
            Sum(AdvSimd.ZeroExtendWideningUpper(left), AdvSimd.ZeroExtendWideningUpper(right), ofLeft, ofRight, offset, shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(
        Vector128<uint> left, Vector128<uint> right, Vector128<int> ofLeft, Vector128<int> ofRight, Vector128<int> offset, Vector128<int> shift)
    {
        Vector128<int> sum = AdvSimd.MultiplyAdd(AdvSimd.MultiplyAdd(offset, left.AsInt32(), ofLeft), right.AsInt32(), ofRight);
        return AdvSimd.ShiftArithmeticRounded(AdvSimd.Add(sum, AdvSimd.ShiftRightArithmetic(sum, 31)), shift);
    }
}
