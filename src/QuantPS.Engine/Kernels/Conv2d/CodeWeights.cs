using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QuantPS.Engine.Kernels;

/// <summary>Codes minus their zero point.</summary>
internal sealed unsafe class CodeWeights(Tensor tensor) : ConvWeights<short>(tensor)
{
    /// <summary>Whether all of them are in the range of sbyte, which a zero point can take them out of.</summary>
    public bool AreBytes => Parts == 1;

    private (int Smallest, int Largest) Bounds => field is (0, 0) ? field = FindBounds() : field;

    /// <summary>How many parts of eight bits add up to any of the weights.</summary>
    public int Parts
    {
        get
        {
            int parts = 1;
            while (Bounds.Smallest < parts * sbyte.MinValue || Bounds.Largest > parts * sbyte.MaxValue) parts++;
            return parts;
        }
    }

    /// <summary>A part of a weight; all of them add up to it.</summary>
    public static sbyte Part(int weight, int part)
    {
        for (; part > 0; part--) weight -= Math.Clamp(weight, sbyte.MinValue, sbyte.MaxValue);
        return (sbyte)Math.Clamp(weight, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>The sum of the absolute values of each output channel.</summary>
    public long[] AbsoluteSums()
    {
        var sums = new long[Outputs];
        fixed (short* row = new short[Depth])
            for (int o = 0; o < sums.Length; o++)
            {
                Read(o, row);
                sums[o] = Sum(row, Depth, absolute: true);
            }
        return sums;
    }

    /// <summary>The sum of the weights of an output channel.</summary>
    public static long Sum(ReadOnlySpan<short> row)
    {
        fixed (short* weights = row) return Sum(weights, row.Length, absolute: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(short* weights, int count, bool absolute)
    {
        // A lane takes two numbers of at most 16 bits a step: there is room for 2^14 steps.
        const int block = 1 << 17;
        long sum = 0;
        for (; count > block; count -= block, weights += block) sum += Sum(weights, block, absolute);
        Vector128<int> lanes = default;
        int i = 0;
        for (; i <= count - Vector128<short>.Count; i += Vector128<short>.Count)
        {
            Vector128<short> next = Vector128.Load(weights + i);
            if (absolute) next = Vector128.Abs(next);
            lanes += Vector128.WidenLower(next) + Vector128.WidenUpper(next);
        }
        sum += Vector128.Sum(lanes);
        for (; i < count; i++) sum += absolute ? Math.Abs((int)weights[i]) : weights[i];
        return sum;
    }

    protected override void Read(int output, short* to)
    {
        fixed (sbyte* codes = Tensor.As<sbyte>().Slice(output * Depth, Depth)) Center(codes, ZeroPoint(output), to, Depth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Center(sbyte* codes, short zeroPoint, short* to, int count)
    {
        Vector128<short> zeroPoints = Vector128.Create(zeroPoint);
        int i = 0;
        for (; i <= count - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            Vector128<sbyte> next = Vector128.Load(codes + i);
            (Vector128.WidenLower(next) - zeroPoints).Store(to + i);
            (Vector128.WidenUpper(next) - zeroPoints).Store(to + i + Vector128<short>.Count);
        }
        for (; i < count; i++) to[i] = (short)(codes[i] - zeroPoint);
    }

    private (int Smallest, int Largest) FindBounds()
    {
        (int smallest, int largest) = (sbyte.MinValue, sbyte.MaxValue);
        if (Tensor.Quantization!.ZeroPoints.IndexOfAnyExcept(0L) < 0) return (smallest, largest);
        for (int o = 0; o < Outputs; o++)
            foreach (sbyte code in Tensor.As<sbyte>().Slice(o * Depth, Depth))
                (smallest, largest) = (Math.Min(smallest, code - ZeroPoint(o)), Math.Max(largest, code - ZeroPoint(o)));
        return (smallest, largest);
    }

    private short ZeroPoint(int output)
    {
        ReadOnlySpan<long> zeroPoints = Tensor.Quantization!.ZeroPoints;
        return (short)zeroPoints[zeroPoints.Length == 1 ? 0 : output];
    }
}
