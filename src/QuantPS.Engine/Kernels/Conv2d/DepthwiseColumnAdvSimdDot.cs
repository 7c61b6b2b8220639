using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Sixteen channels, the rows interleaved so that the dot product of four takes a channel's three and one more, whose weight is zero.
/// </summary>
internal readonly unsafe struct DepthwiseColumnAdvSimdDot(Vector128<sbyte> a, Vector128<sbyte> b, Vector128<sbyte> c, Vector128<sbyte> d)
    : IDepthwiseColumn<DepthwiseColumnAdvSimdDot>
{
    private const int Lanes = 16;

    private readonly Vector128<sbyte> _a = a, _b = b, _c = c, _d = d;

    public static InstructionSet InstructionSet => InstructionSet.AdvSimdDot;

    public static int Channels => Lanes;

    public static int WeightBytes => 4 * Lanes;

    public static bool IsExactFor(ReadOnlySpan<short> weights) => !weights.ContainsAnyExceptInRange<short>(sbyte.MinValue, sbyte.MaxValue);

    public static void Pack(sbyte top, sbyte middle, sbyte bottom, int channel, sbyte* to) =>
        (to[4 * channel], to[4 * channel + 1], to[4 * channel + 2]) = (top, middle, bottom);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumnAdvSimdDot Weights(sbyte* at) =>
        new(AdvSimd.LoadVector128(at), AdvSimd.LoadVector128(at + 16), AdvSimd.LoadVector128(at + 32), AdvSimd.LoadVector128(at + 48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumnAdvSimdDot Codes(byte* top, byte* middle, byte* bottom)
    {
        Vector128<sbyte> x = Signed(top), y = Signed(middle), z = Signed(bottom);
        Vector128<short> low = AdvSimd.Arm64.ZipLow(x, y).AsInt16(), high = AdvSimd.Arm64.ZipHigh(x, y).AsInt16();
        Vector128<short> lowest = AdvSimd.Arm64.ZipLow(z, z).AsInt16(), highest = AdvSimd.Arm64.ZipHigh(z, z).AsInt16();
        return new(
            AdvSimd.Arm64.ZipLow(low, lowest).AsSByte(), AdvSimd.Arm64.ZipHigh(low, lowest).AsSByte(),
            AdvSimd.Arm64.ZipLow(high, highest).AsSByte(), AdvSimd.Arm64.ZipHigh(high, highest).AsSByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        DepthwiseColumnAdvSimdDot a, DepthwiseColumnAdvSimdDot b, DepthwiseColumnAdvSimdDot c,
        DepthwiseColumnAdvSimdDot weightsA, DepthwiseColumnAdvSimdDot weightsB, DepthwiseColumnAdvSimdDot weightsC, int* start, int* to)
    {
        AdvSimd.Store(to, Sum(start, a._a, b._a, c._a, weightsA._a, weightsB._a, weightsC._a));
        AdvSimd.Store(to + 4, Sum(start + 4, a._b, b._b, c._b, weightsA._b, weightsB._b, weightsC._b));
        AdvSimd.Store(to + 8, Sum(start + 8, a._c, b._c, c._c, weightsA._c, weightsB._c, weightsC._c));
        AdvSimd.Store(to + 12, Sum(start + 12, a._d, b._d, c._d, weightsA._d, weightsB._d, weightsC._d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(
        int* start, Vector128<sbyte> a, Vector128<sbyte> b, Vector128<sbyte> c,
        Vector128<sbyte> weightsA, Vector128<sbyte> weightsB, Vector128<sbyte> weightsC) =>
        Dp.DotProduct(Dp.DotProduct(Dp.DotProduct(AdvSimd.LoadVector128(start), a, weightsA), b, weightsB), c, weightsC);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Signed(byte* at) => AdvSimd.Xor(AdvSimd.LoadVector128(at), Vector128.Create((byte)128)).AsSByte();
}
