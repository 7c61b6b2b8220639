using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>The arithmetic of <see cref="Codes"/> on vectors.</summary>
internal static unsafe class CodesAvx2
{
    /// <summary>Real values to codes.</summary>
    internal readonly struct Quantizer(float inverseScale, int zeroPoint, byte low = 0, byte high = 255)
    {
        private readonly Vector256<float> _inverse = Vector256.Create(inverseScale);
        private readonly Vector256<float> _low = Vector256.Create((float)(low - zeroPoint));
        private readonly Vector256<float> _high = Vector256.Create((float)(high - zeroPoint));
        private readonly Vector256<short> _zeroPoint = Vector256.Create((short)zeroPoint);

        /// <summary>The codes of 16 values.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Apply(Vector256<float> first, Vector256<float> second)
        {
            Vector256<short> words = Avx2.PackSignedSaturate(Rounded(first), Rounded(second));
            words = Avx2.Add(Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16(), _zeroPoint);
            return Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<int> Rounded(Vector256<float> real) =>
            Avx.ConvertToVector256Int32(Avx.Max(Avx.Min(Avx.Multiply(real, _inverse), _high), _low));
    }

    /// <summary>Codes to real values.</summary>
    internal readonly struct Dequantizer(float scale, int zeroPoint)
    {
        private readonly Vector256<float> _scale = Vector256.Create(scale);
        private readonly Vector256<int> _zeroPoint = Vector256.Create(zeroPoint);

        /// <summary>The values of 8 codes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(byte* codes) => Avx.Multiply(_scale, Centered(codes, _zeroPoint));
    }

    /// <summary>8 codes minus the zero point, as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Centered(byte* codes, Vector256<int> zeroPoint) =>
        Avx.ConvertToVector256Single(Avx2.Subtract(Avx2.ConvertToVector256Int32(codes), zeroPoint));
}
