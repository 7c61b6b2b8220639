using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The numbers of a <see cref="Requantization"/> by column, and its arithmetic on vectors.</summary>
/// <remarks>
/// Sums start from <see cref="Start"/>, so that the integer bias is in them. Where no sum can leave the range of int32 after its factor,
/// which the weights prove, the packing instructions saturate and the clamp in float is left out.
/// </remarks>
internal sealed unsafe class RequantizeAvx2 : IDisposable
{
    private const int Lanes = 16;

    private readonly NativeMemoryBlock _block;
    private readonly int _columns;
    private readonly bool _clampFloats;
    private readonly bool _scaled;
    private readonly Vector256<float> _realZeroPoint;
    private readonly Vector256<float> _lowReal;
    private readonly Vector256<float> _highReal;
    private readonly Vector256<short> _zeroPoint;
    private readonly Vector256<byte> _low;
    private readonly Vector256<byte> _high;

    /// <param name="requantization">The numbers by output channel.</param>
    /// <param name="largestSum">The largest absolute value that a sum of each output channel may have.</param>
    /// <param name="channels">The output channel of each column, -1 for none; null where the columns are the channels.</param>
    public RequantizeAvx2(Requantization requantization, long[] largestSum, int[]? channels = null)
    {
        T[] Spread<T>(T[] numbers) where T : struct => channels is null ? numbers : Array.ConvertAll(channels, channel => channel < 0 ? default : numbers[channel]);
        int[] start = Spread(requantization.IntegerBias);
        // Room for whole vectors behind the last column.
        _columns = start.Length + Lanes;
        _block = new NativeMemoryBlock(4L * _columns * sizeof(float));
        start.CopyTo(new Span<int>(_block.Address, _columns));
        Spread(requantization.FloatBias).CopyTo(new Span<float>(Bias, _columns));
        Spread(requantization.Factor).CopyTo(new Span<float>(Factor, _columns));
        if (requantization.Scale is { } scale) Spread(scale).CopyTo(new Span<float>(Scale, _columns));
        _scaled = requantization.Scale is not null;
        _realZeroPoint = Vector256.Create((float)requantization.ZeroPoint);
        int zeroPoint = _scaled ? 0 : requantization.ZeroPoint;
        _clampFloats = !requantization.StaysInInt32(largestSum);
        _lowReal = Vector256.Create((float)(requantization.Range.Low - zeroPoint));
        _highReal = Vector256.Create((float)(requantization.Range.High - zeroPoint));
        _zeroPoint = Vector256.Create((short)zeroPoint);
        (_low, _high) = (Vector256.Create(requantization.Range.Low), Vector256.Create(requantization.Range.High));
    }

    /// <summary>What the sums of each column start from.</summary>
    public int* Start => (int*)_block.Address;

    private float* Bias => (float*)_block.Address + _columns;

    private float* Factor => (float*)_block.Address + 2 * _columns;

    private float* Scale => (float*)_block.Address + 3 * _columns;

    public void Dispose() => _block.Dispose();

    /// <summary>Stores the codes of rows of 16 sums.</summary>
    /// <param name="sums">The rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="column">The first column.</param>
    /// <param name="to">Where the codes of the first row go.</param>
    /// <param name="stride">The bytes from a row to the next.</param>
    /// <param name="count">The codes of a row that are stored: 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Store(int* sums, int rows, int column, byte* to, nint stride, int count)
    {
        Vector256<float> bias0 = Avx.LoadVector256(Bias + column), bias1 = Avx.LoadVector256(Bias + column + 8);
        Vector256<float> scale0 = Avx.LoadVector256(Scale + column), scale1 = Avx.LoadVector256(Scale + column + 8);
        Vector256<float> factor0 = Avx.LoadVector256(Factor + column), factor1 = Avx.LoadVector256(Factor + column + 8);
        for (; rows > 0; rows -= 2, sums += 2 * Lanes, to += 2 * stride)
        {
            Vector256<short> first = Words(
                Rounded(Avx.LoadVector256(sums), scale0, bias0, factor0), Rounded(Avx.LoadVector256(sums + 8), scale1, bias1, factor1));
            Vector256<short> second = rows == 1 ? first : Words(
                Rounded(Avx.LoadVector256(sums + 16), scale0, bias0, factor0), Rounded(Avx.LoadVector256(sums + 24), scale1, bias1, factor1));
            Vector256<byte> codes = Codes(first, second);
            StoreRow(to, codes.GetLower(), count);
            if (rows > 1) StoreRow(to + stride, codes.GetUpper(), count);
        }
    }

    /// <summary>The codes of 16 sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Apply(Vector256<int> first, Vector256<int> second, int column)
    {
        Vector256<short> words = Words(
            Rounded(first, Avx.LoadVector256(Scale + column), Avx.LoadVector256(Bias + column), Avx.LoadVector256(Factor + column)),
            Rounded(second, Avx.LoadVector256(Scale + column + 8), Avx.LoadVector256(Bias + column + 8), Avx.LoadVector256(Factor + column + 8)));
        return Codes(words, words).GetLower();
    }

    /// <summary>Stores the first of 16 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRow(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= Lanes) Sse2.Store(to, codes);
        else StorePart(to, codes, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Rounded(Vector256<int> sums, Vector256<float> scale, Vector256<float> bias, Vector256<float> factor)
    {
        Vector256<float> real = Avx.ConvertToVector256Single(sums);
        if (_scaled) real = Avx.Multiply(real, scale);
        real = Avx.Multiply(Avx.Add(real, bias), factor);
        if (_scaled) real = Avx.Add(real, _realZeroPoint);
        if (_clampFloats) real = Avx.Max(Avx.Min(real, _highReal), _lowReal);
        return Avx.ConvertToVector256Int32(real);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<short> Words(Vector256<int> first, Vector256<int> second) =>
        Avx2.AddSaturate(Avx2.PackSignedSaturate(first, second), _zeroPoint);

    /// <summary>Packing interleaves the halves of its operands; the permutation puts the first row in the lower half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<byte> Codes(Vector256<short> first, Vector256<short> second)
    {
        Vector256<byte> codes = Avx2.Min(Avx2.Max(Avx2.PackUnsignedSaturate(first, second), _low), _high);
        return Avx2.PermuteVar8x32(codes.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsByte();
    }

    private static void StorePart(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= 8)
        {
            *(ulong*)to = codes.AsUInt64().GetElement(0);
            to += 8;
            count -= 8;
            codes = Sse2.ShiftRightLogical128BitLane(codes, 8);
        }
        for (ulong rest = codes.AsUInt64().GetElement(0); count > 0; count--, rest >>= 8) *to++ = (byte)rest;
    }
}
