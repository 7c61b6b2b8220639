using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Depthwise convolutions on 512 bits: chunks of 64 channels.</summary>
internal readonly unsafe struct DepthwiseLanesAvx512 : IDepthwiseLanes<Vector512<int>>
{
    private const int Lanes = 16;

    public static int Bytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(byte* from) => Avx512F.LoadVector512((int*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector512<int> codes) => Avx512F.Store((int*)to, codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Or(Vector512<int> seen, Vector512<int> codes) => Avx512F.Or(seen, codes);

    public static bool IsAbove(Vector512<int> seen) => seen.AsByte().ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Fill(byte code) => Vector512.Create(code).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref Vector512<int> a, ref Vector512<int> b, ref Vector512<int> c, ref Vector512<int> d)
    {
        Vector512<short> ab = Avx512BW.UnpackLow(a.AsByte(), b.AsByte()).AsInt16(), cd = Avx512BW.UnpackLow(c.AsByte(), d.AsByte()).AsInt16();
        Vector512<short> highAb = Avx512BW.UnpackHigh(a.AsByte(), b.AsByte()).AsInt16(), highCd = Avx512BW.UnpackHigh(c.AsByte(), d.AsByte()).AsInt16();
        a = Avx512BW.UnpackLow(ab, cd).AsInt32();
        b = Avx512BW.UnpackHigh(ab, cd).AsInt32();
        c = Avx512BW.UnpackLow(highAb, highCd).AsInt32();
        d = Avx512BW.UnpackHigh(highAb, highCd).AsInt32();
    }

    public static void Widen(byte* weights, byte* to, nint vectors)
    {
        for (; vectors > 0; vectors--, weights += Bytes, to += 2 * Bytes)
        {
            Vector512<short> pairs = Avx512BW.LoadVector512((short*)weights);
            Avx512BW.Store((short*)to, Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(pairs, 8), 8));
            Avx512BW.Store((short*)(to + Bytes), Avx512BW.ShiftRightArithmetic(pairs, 8));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Codes(
        Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d, in DepthwiseConstants constants, byte* numbers)
    {
        var bias = (float*)(numbers + DepthwiseWeights.Bias * 4 * Bytes);
        var factor = (float*)(numbers + DepthwiseWeights.Factor * 4 * Bytes);
        Vector512<float> x = Avx512F.ConvertToVector512Single(a), y = Avx512F.ConvertToVector512Single(b);
        Vector512<float> z = Avx512F.ConvertToVector512Single(c), w = Avx512F.ConvertToVector512Single(d);
        if (constants.IsScaled)
        {
            var scale = (float*)(numbers + DepthwiseWeights.Scale * 4 * Bytes);
            x = Avx512F.Multiply(x, Avx512F.LoadVector512(scale));
            y = Avx512F.Multiply(y, Avx512F.LoadVector512(scale + Lanes));
            z = Avx512F.Multiply(z, Avx512F.LoadVector512(scale + 2 * Lanes));
            w = Avx512F.Multiply(w, Avx512F.LoadVector512(scale + 3 * Lanes));
        }
        x = Avx512F.Multiply(Avx512F.Add(x, Avx512F.LoadVector512(bias)), Avx512F.LoadVector512(factor));
        y = Avx512F.Multiply(Avx512F.Add(y, Avx512F.LoadVector512(bias + Lanes)), Avx512F.LoadVector512(factor + Lanes));
        z = Avx512F.Multiply(Avx512F.Add(z, Avx512F.LoadVector512(bias + 2 * Lanes)), Avx512F.LoadVector512(factor + 2 * Lanes));
        w = Avx512F.Multiply(Avx512F.Add(w, Avx512F.LoadVector512(bias + 3 * Lanes)), Avx512F.LoadVector512(factor + 3 * Lanes));
        if (constants.AddsReal)
        {
            Vector512<float> zeroPoint = Avx512F.LoadVector512(constants.RealZeroPoint);
            (x, y, z, w) = (Avx512F.Add(x, zeroPoint), Avx512F.Add(y, zeroPoint), Avx512F.Add(z, zeroPoint), Avx512F.Add(w, zeroPoint));
        }
        if (constants.ClampsFloats)
        {
            Vector512<float> high = Avx512F.LoadVector512(constants.RealHigh);
            (x, y, z, w) = (Avx512F.Min(x, high), Avx512F.Min(y, high), Avx512F.Min(z, high), Avx512F.Min(w, high));
        }
        Vector512<short> first = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(x), Avx512F.ConvertToVector512Int32(y));
        Vector512<short> second = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(z), Avx512F.ConvertToVector512Int32(w));
        if (constants.AddsInteger)
        {
            Vector512<short> zeroPoint = Avx512BW.LoadVector512(constants.ZeroPoint);
            (first, second) = (Avx512BW.AddSaturate(first, zeroPoint), Avx512BW.AddSaturate(second, zeroPoint));
        }
        Vector512<byte> codes = Avx512BW.PackUnsignedSaturate(first, second);
        return Avx512BW.Min(Avx512BW.Max(codes, Avx512BW.LoadVector512(constants.Low)), Avx512BW.LoadVector512(constants.High)).AsInt32();
    }

    /// <summary>vpmaddubsw and vpmaddwd: sums of two products fit into 16 bits where no code is above 127.</summary>
    internal readonly struct Pairs : IDepthwiseDot<Vector512<int>>
    {
        public static int WeightBytes => Bytes;

        public static bool TakesEveryCode => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(Vector512<int> sum, Vector512<int> codes, byte* weights) => Avx512F.Add(sum, Avx512BW.MultiplyAddAdjacent(
            Avx512BW.MultiplyAddAdjacent(codes.AsByte(), Avx512BW.LoadVector512((sbyte*)weights)), Vector512.Create((short)1)));
    }

    /// <summary>vpmaddwd for the even and for the odd codes: takes all of them, and weights of 16 bits.</summary>
    internal readonly struct EvenAndOdd : IDepthwiseDot<Vector512<int>>
    {
        public static int WeightBytes => 2 * Bytes;

        public static bool TakesEveryCode => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(Vector512<int> sum, Vector512<int> codes, byte* weights)
        {
            Vector512<short> even = Avx512F.And(codes, Vector512.Create(0x00FF00FF)).AsInt16(), odd = Avx512BW.ShiftRightLogical(codes.AsInt16(), 8);
            return Avx512F.Add(sum, Avx512F.Add(
                Avx512BW.MultiplyAddAdjacent(even, Avx512BW.LoadVector512((short*)weights)),
                Avx512BW.MultiplyAddAdjacent(odd, Avx512BW.LoadVector512((short*)(weights + Bytes)))));
        }
    }
}
