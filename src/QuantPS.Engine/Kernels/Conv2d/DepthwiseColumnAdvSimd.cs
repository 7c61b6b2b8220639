using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Eight channels. Products of bytes are added in pairs in int16, which holds them but where both weights are -128, and then in int32.
/// </summary>
internal readonly unsafe struct DepthwiseColumnAdvSimd(Vector64<sbyte> top, Vector64<sbyte> middle, Vector64<sbyte> bottom)
    : IDepthwiseColumn<DepthwiseColumnAdvSimd>
{
    private const int Lanes = 8;

    private readonly Vector64<sbyte> _top = top, _middle = middle, _bottom = bottom;

    public static InstructionSet InstructionSet => InstructionSet.AdvSimd;

    public static int Channels => Lanes;

    public static int WeightBytes => 3 * Lanes;

    public static bool IsExactFor(ReadOnlySpan<short> weights) =>
        !weights.ContainsAnyExceptInRange<short>(sbyte.MinValue, sbyte.MaxValue) && weights.Count(sbyte.MinValue) < 2;

    public static void Pack(sbyte top, sbyte middle, sbyte bottom, int channel, sbyte* to) =>
        (to[channel], to[Lanes + channel], to[2 * Lanes + channel]) = (top, middle, bottom);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumnAdvSimd Weights(sbyte* at) =>
        new(AdvSimd.LoadVector64(at), AdvSimd.LoadVector64(at + Lanes), AdvSimd.LoadVector64(at + 2 * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumnAdvSimd Codes(byte* top, byte* middle, byte* bottom) => new(Signed(top), Signed(middle), Signed(bottom));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        DepthwiseColumnAdvSimd a, DepthwiseColumnAdvSimd b, DepthwiseColumnAdvSimd c,
        DepthwiseColumnAdvSimd weightsA, DepthwiseColumnAdvSimd weightsB, DepthwiseColumnAdvSimd weightsC, int* start, int* to)
    {
        Vector128<int> low = AdvSimd.LoadVector128(start), high = AdvSimd.LoadVector128(start + 4);
        Add(AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(a._top, weightsA._top), a._middle, weightsA._middle), ref low, ref high);
        Add(AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(a._bottom, weightsA._bottom), b._top, weightsB._top), ref low, ref high);
        Add(AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(b._middle, weightsB._middle), b._bottom, weightsB._bottom), ref low, ref high);
        Add(AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(c._top, weightsC._top), c._middle, weightsC._middle), ref low, ref high);
        Add(AdvSimd.MultiplyWideningLower(c._bottom, weightsC._bottom), ref low, ref high);
        AdvSimd.Store(to, low);
        AdvSimd.Store(to + 4, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector128<short> products, ref Vector128<int> low, ref Vector128<int> high)
    {
        high = AdvSimd.AddWideningUpper(high, products);
        low = AdvSimd.AddWideningLower(low, products.GetLower());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<sbyte> Signed(byte* at) => AdvSimd.Xor(AdvSimd.LoadVector64(at), Vector64.Create((byte)128)).AsSByte();
}
