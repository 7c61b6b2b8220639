using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The numbers of a <see cref="Requantization"/> by column, and its arithmetic on vectors of Arm.</summary>
/// <remarks>The integer bias is in the sums. As in <see cref="CodesAdvSimd"/>, saturation is the clamp.</remarks>
internal sealed unsafe class RequantizeAdvSimd : IDisposable
{
    private const int Lanes = 16;

    private readonly NativeMemoryBlock _block;
    private readonly int _columns;
    private readonly bool _scaled;
    private readonly Vector128<float> _realZeroPoint;
    private readonly Vector128<float> _highReal;
    private readonly Vector128<short> _zeroPoint;
    private readonly Vector128<byte> _low;

    /// <param name="requantization">The numbers by output channel.</param>
    /// <param name="layout">Where each output channel has its column; null where the columns are the channels.</param>
    public RequantizeAdvSimd(Requantization requantization, PanelLayout? layout = null)
    {
        float[] Spread(float[] numbers) => layout?.Spread(numbers) ?? numbers;
        float[] bias = Spread(requantization.FloatBias);
        // Room for whole vectors behind the last column.
        _columns = bias.Length + Lanes;
        _block = new NativeMemoryBlock(3L * _columns * sizeof(float));
        bias.CopyTo(new Span<float>(Bias, _columns));
        Spread(requantization.Factor).CopyTo(new Span<float>(Factor, _columns));
        if (requantization.Scale is { } scale) Spread(scale).CopyTo(new Span<float>(Scale, _columns));
        _scaled = requantization.Scale is not null;
        int zeroPoint = _scaled ? 0 : requantization.ZeroPoint;
        _realZeroPoint = Vector128.Create((float)requantization.ZeroPoint);
        _highReal = Vector128.Create((float)(requantization.Range.High - zeroPoint));
        _zeroPoint = Vector128.Create((short)zeroPoint);
        _low = Vector128.Create(requantization.Range.Low);
    }

    private float* Bias => (float*)_block.Address;

    private float* Factor => Bias + _columns;

    private float* Scale => Factor + _columns;

    public void Dispose() => _block.Dispose();

    /// <summary>Stores the codes of rows of 16 sums.</summary>
    /// <param name="sums">The rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="column">The first column.</param>
    /// <param name="to">Where the codes of the first row go.</param>
    /// <param name="stride">The bytes from a row to the next.</param>
    /// <param name="count">The codes of a row that are stored: 1 to 16.</param>
    public void Store(int* sums, int rows, int column, byte* to, nint stride, int count)
    {
        if (_scaled) StoreScaled(sums, rows, column, to, stride, count);
        else StorePlain(sums, rows, column, to, stride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void StorePlain(int* sums, int rows, int column, byte* to, nint stride, int count)
    {
        float* bias = Bias + column, factor = Factor + column;
        Vector128<float> b0 = AdvSimd.LoadVector128(bias), b1 = AdvSimd.LoadVector128(bias + 4);
        Vector128<float> b2 = AdvSimd.LoadVector128(bias + 8), b3 = AdvSimd.LoadVector128(bias + 12);
        Vector128<float> f0 = AdvSimd.LoadVector128(factor), f1 = AdvSimd.LoadVector128(factor + 4);
        Vector128<float> f2 = AdvSimd.LoadVector128(factor + 8), f3 = AdvSimd.LoadVector128(factor + 12);
        Vector128<float> high = _highReal;
        Vector128<short> zeroPoint = _zeroPoint;
        Vector128<byte> low = _low;
        for (; rows > 0; rows--, sums += Lanes, to += stride)
        {
            Vector128<short> first = CodesAdvSimd.Words(Plain(Load(sums), b0, f0, high), Plain(Load(sums + 4), b1, f1, high));
            Vector128<short> second = CodesAdvSimd.Words(Plain(Load(sums + 8), b2, f2, high), Plain(Load(sums + 12), b3, f3, high));
            Vector128<byte> codes = CodesAdvSimd.Bytes(AdvSimd.AddSaturate(first, zeroPoint), AdvSimd.AddSaturate(second, zeroPoint));
            StoreRow(to, AdvSimd.Max(low, codes), count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void StoreScaled(int* sums, int rows, int column, byte* to, nint stride, int count)
    {
        float* bias = Bias + column, scale = Scale + column;
        Vector128<float> b0 = AdvSimd.LoadVector128(bias), b1 = AdvSimd.LoadVector128(bias + 4);
        Vector128<float> b2 = AdvSimd.LoadVector128(bias + 8), b3 = AdvSimd.LoadVector128(bias + 12);
        Vector128<float> s0 = AdvSimd.LoadVector128(scale), s1 = AdvSimd.LoadVector128(scale + 4);
        Vector128<float> s2 = AdvSimd.LoadVector128(scale + 8), s3 = AdvSimd.LoadVector128(scale + 12);
        // oneDNN's factor is the inverse scale of the output: one for all columns.
        Vector128<float> factor = Vector128.Create(Factor[column]), zeroPoint = _realZeroPoint, high = _highReal;
        Vector128<byte> low = _low;
        for (; rows > 0; rows--, sums += Lanes, to += stride)
        {
            Vector128<short> first = CodesAdvSimd.Words(Scaled(Load(sums), s0, b0, factor, zeroPoint, high), Scaled(Load(sums + 4), s1, b1, factor, zeroPoint, high));
            Vector128<short> second = CodesAdvSimd.Words(Scaled(Load(sums + 8), s2, b2, factor, zeroPoint, high), Scaled(Load(sums + 12), s3, b3, factor, zeroPoint, high));
            StoreRow(to, AdvSimd.Max(low, CodesAdvSimd.Bytes(first, second)), count);
        }
    }

    /// <summary>The codes of 16 sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Apply(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d, int column)
    {
        Vector128<short> low = CodesAdvSimd.Words(Rounded(a, column), Rounded(b, column + 4));
        Vector128<short> high = CodesAdvSimd.Words(Rounded(c, column + 8), Rounded(d, column + 12));
        return AdvSimd.Max(_low, CodesAdvSimd.Bytes(AdvSimd.AddSaturate(low, _zeroPoint), AdvSimd.AddSaturate(high, _zeroPoint)));
    }

    /// <summary>Stores the first of 16 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRow(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= Lanes) AdvSimd.Store(to, codes);
        else StorePart(to, codes, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<int> Rounded(Vector128<int> sums, int column)
    {
        Vector128<float> bias = AdvSimd.LoadVector128(Bias + column), factor = AdvSimd.LoadVector128(Factor + column);
        return _scaled ? Scaled(sums, AdvSimd.LoadVector128(Scale + column), bias, factor, _realZeroPoint, _highReal) : Plain(sums, bias, factor, _highReal);
    }

    private static Vector128<int> Load(int* sums) => AdvSimd.LoadVector128(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Plain(Vector128<int> sums, Vector128<float> bias, Vector128<float> factor, Vector128<float> high) =>
        AdvSimd.ConvertToInt32RoundToEven(AdvSimd.MinNumber(AdvSimd.Multiply(AdvSimd.Add(AdvSimd.ConvertToSingle(sums), bias), factor), high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Scaled(
        Vector128<int> sums, Vector128<float> scale, Vector128<float> bias, Vector128<float> factor, Vector128<float> zeroPoint, Vector128<float> high)
    {
        Vector128<float> real = AdvSimd.Add(AdvSimd.Multiply(AdvSimd.ConvertToSingle(sums), scale), bias);
        return AdvSimd.ConvertToInt32RoundToEven(AdvSimd.MinNumber(AdvSimd.Add(AdvSimd.Multiply(real, factor), zeroPoint), high));
    }

    private static void StorePart(byte* to, Vector128<byte> codes, int count)
    {
        if (count >= 8)
        {
            *(ulong*)to = codes.AsUInt64().ToScalar();
            to += 8;
            count -= 8;
            codes = codes.GetUpper().ToVector128();
        }
        for (ulong rest = codes.AsUInt64().ToScalar(); count > 0; count--, rest >>= 8) *to++ = (byte)rest;
    }
}
