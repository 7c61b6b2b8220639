using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QnnpackAddAvx2(QnnpackAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Avx2, spec.Output)
{
    private readonly QnnpackAddScalar _tail = new(spec);
    private readonly Vector256<int> _left = Vector256.Create(spec.Sum.LeftFactor);
    private readonly Vector256<int> _right = Vector256.Create(spec.Sum.RightFactor);
    private readonly Vector256<int> _offset = Vector256.Create(spec.Sum.Offset);
    private readonly Vector256<int> _mask = Vector256.Create((1 << spec.Sum.Shift) - 1);
    private readonly Vector256<short> _zeroPoint = Vector256.Create((short)spec.Output.Quantization!.ZeroPoint);
    private readonly Vector128<byte> _low = Vector128.Create(spec.Range.Low);
    private readonly Vector128<byte> _high = Vector128.Create(spec.Range.High);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int first, int end, byte* scratch)
    {
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        int i = first;
        for (; i + 16 <= end; i += 16)
        {
            Vector256<short> words = Avx2.PackSignedSaturate(Sum(left + i, right + i), Sum(left + i + 8, right + i + 8));
            words = Avx2.AddSaturate(Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16(), _zeroPoint);
            Sse2.Store(to + i, Sse2.Max(Sse2.Min(Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()), _high), _low));
        }
        _tail.Run(i, end, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Sum(byte* left, byte* right)
    {
        Vector256<int> sum = Avx2.Add(
            Avx2.Add(Avx2.MultiplyLow(Avx2.ConvertToVector256Int32(left), _left), _offset), Avx2.MultiplyLow(Avx2.ConvertToVector256Int32(right), _right));
        Vector256<int> remainder = Avx2.Add(Avx2.And(sum, _mask), Avx2.ShiftRightArithmetic(sum, 31));
        Vector256<int> up = Avx2.CompareGreaterThan(remainder, Avx2.ShiftRightLogical(_mask, 1));
        return Avx2.Subtract(Avx2.ShiftRightArithmetic(sum, Vector128.CreateScalar(spec.Sum.Shift)), up);
    }
}
