using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The numbers of a <see cref="Requantization"/> by column, and its arithmetic on vectors.</summary>
internal sealed unsafe class RequantizeAvx2 : IDisposable
{
    private readonly NativeMemoryBlock _block;
    private readonly int _columns;
    private readonly Vector256<float> _low;
    private readonly Vector256<float> _high;
    private readonly Vector256<float> _before;
    private readonly short _zeroPoint;
    private readonly bool _scaled;

    /// <param name="requantization">The numbers.</param>
    /// <param name="layout">Where each output channel has its column.</param>
    public RequantizeAvx2(Requantization requantization, PanelLayout layout) : this(
        requantization, layout.Spread(requantization.Scale ?? new float[requantization.Factor.Length]), layout.Spread(requantization.IntegerBias),
        layout.Spread(requantization.FloatBias), layout.Spread(requantization.Factor))
    {
    }

    /// <summary>The columns are the output channels.</summary>
    public RequantizeAvx2(Requantization requantization) : this(
        requantization, requantization.Scale ?? [], requantization.IntegerBias, requantization.FloatBias, requantization.Factor)
    {
    }

    private RequantizeAvx2(Requantization requantization, float[] scales, int[] integers, float[] floats, float[] factors)
    {
        // Room for whole vectors behind the last column.
        _columns = integers.Length + 16;
        _block = new NativeMemoryBlock(4L * _columns * sizeof(float));
        integers.CopyTo(new Span<int>(_block.Address, _columns));
        floats.CopyTo(new Span<float>(FloatBias, _columns));
        factors.CopyTo(new Span<float>(Factor, _columns));
        scales.CopyTo(new Span<float>(Scale, _columns));
        _scaled = requantization.Scale is not null;
        _zeroPoint = (short)(_scaled ? 0 : requantization.ZeroPoint);
        _before = Vector256.Create((float)requantization.ZeroPoint);
        _low = Vector256.Create((float)(requantization.Range.Low - _zeroPoint));
        _high = Vector256.Create((float)(requantization.Range.High - _zeroPoint));
    }

    private float* FloatBias => (float*)_block.Address + _columns;

    private float* Factor => (float*)_block.Address + 2 * _columns;

    private float* Scale => (float*)_block.Address + 3 * _columns;

    public void Dispose() => _block.Dispose();

    /// <summary>The codes of 16 sums.</summary>
    /// <param name="first">The sums of 8 columns.</param>
    /// <param name="second">The sums of the next 8.</param>
    /// <param name="column">The first column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Apply(Vector256<int> first, Vector256<int> second, int column)
    {
        Vector256<short> words = Avx2.PackSignedSaturate(Rounded(first, column), Rounded(second, column + 8));
        words = Avx2.Add(Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16(), Vector256.Create(_zeroPoint));
        return Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Rounded(Vector256<int> sums, int column)
    {
        Vector256<float> real = Avx.ConvertToVector256Single(Avx2.Add(sums, Avx.LoadVector256((int*)_block.Address + column)));
        if (_scaled) real = Avx.Multiply(real, Avx.LoadVector256(Scale + column));
        real = Avx.Multiply(Avx.Add(real, Avx.LoadVector256(FloatBias + column)), Avx.LoadVector256(Factor + column));
        if (_scaled) real = Avx.Add(real, _before);
        return Avx.ConvertToVector256Int32(Avx.Max(Avx.Min(real, _high), _low));
    }

    /// <summary>Stores the first of 16 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= 16) Sse2.Store(to, codes);
        else StorePart(to, codes, count);
    }

    private static void StorePart(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= 8)
        {
            *(ulong*)to = codes.AsUInt64().GetElement(0);
            if (count == 8) return;
            to += 8;
            count -= 8;
            codes = Sse2.ShiftRightLogical128BitLane(codes, 8);
        }
        for (ulong rest = codes.AsUInt64().GetElement(0); count > 0; count--, rest >>= 8) *to++ = (byte)rest;
    }
}
