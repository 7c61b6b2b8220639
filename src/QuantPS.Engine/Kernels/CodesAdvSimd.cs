using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace QuantPS.Engine.Kernels;

/// <summary>The arithmetic of <see cref="Codes"/> on vectors of Arm.</summary>
/// <remarks>
/// The conversion to integers saturates on Arm, and so does each step down to bytes; the minimum before it is there for NaN, which it
/// turns into the upper bound.
/// </remarks>
internal static unsafe class CodesAdvSimd
{
    /// <summary>Real values to codes.</summary>
    internal readonly struct Quantizer(float inverseScale, int zeroPoint, byte low = 0, byte high = 255)
    {
        private readonly Vector128<float> _inverse = Vector128.Create(inverseScale);
        private readonly Vector128<float> _high = Vector128.Create((float)(high - zeroPoint));
        private readonly Vector128<short> _zeroPoint = Vector128.Create((short)zeroPoint);
        private readonly Vector128<byte> _low = Vector128.Create(low);

        /// <summary>The codes of 16 values.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Apply(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) => AdvSimd.Max(_low, Bytes(
            AdvSimd.AddSaturate(Words(Rounded(a), Rounded(b)), _zeroPoint), AdvSimd.AddSaturate(Words(Rounded(c), Rounded(d)), _zeroPoint)));

        /// <summary>The codes of 16 values in memory.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Apply(float* from) => Apply(
            AdvSimd.LoadVector128(from), AdvSimd.LoadVector128(from + 4), AdvSimd.LoadVector128(from + 8), AdvSimd.LoadVector128(from + 12));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector128<int> Rounded(Vector128<float> real) =>
            AdvSimd.ConvertToInt32RoundToEven(AdvSimd.MinNumber(AdvSimd.Multiply(real, _inverse), _high));
    }

    /// <summary>16 codes minus a zero point, as floats.</summary>
    internal readonly ref struct Centered
    {
        public readonly Vector128<float> A, B, C, D;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Centered(Vector128<byte> codes, Vector128<byte> zeroPoint)
        {
            Vector128<short> low = AdvSimd.SubtractWideningLower(codes.GetLower(), zeroPoint.GetLower()).AsInt16();
            Vector128<short> high = AdvSimd.SubtractWideningUpper(codes, zeroPoint).AsInt16();
            A = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningLower(low.GetLower()));
            B = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningUpper(low));
            C = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningLower(high.GetLower()));
            D = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningUpper(high));
        }
    }

    /// <summary>Eight integers to int16, saturated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Words(Vector128<int> low, Vector128<int> high) =>
        AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(low), high);

    /// <summary>Sixteen integers to bytes, saturated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bytes(Vector128<short> low, Vector128<short> high) =>
        AdvSimd.ExtractNarrowingSaturateUnsignedUpper(AdvSimd.ExtractNarrowingSaturateUnsignedLower(low), high);

    /// <summary>Copies whole vectors of codes, past the end of what is asked for, with some bits inverted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* from, byte* to, nint length, byte flip)
    {
        Vector128<byte> flips = Vector128.Create(flip);
        for (nint i = 0; i < length; i += 16) AdvSimd.Store(to + i, AdvSimd.Xor(AdvSimd.LoadVector128(from + i), flips));
    }
}
