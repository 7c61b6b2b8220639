using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Convolutions of codes on 512 bits.</summary>
internal readonly unsafe struct CodeLanesAvx512 : ICodeLanes<Vector512<int>>
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
    public static Vector512<int> Broadcast(byte* four) => Vector512.Create(*(int*)four);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Cap(Vector512<int> codes) => Avx512BW.Min(codes.AsByte(), Vector512.Create((byte)sbyte.MaxValue)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, Vector512<int> others) => Avx512F.Add(sums, others);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(byte* first, byte* second, Vector512<int> codes)
    {
        Vector512<byte> rows = Avx512F.PermuteVar8x64(codes.AsInt64(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).AsByte();
        Avx.Store(first, rows.GetLower());
        Avx.Store(second, rows.GetUpper());
    }

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
        Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d, in CodeConstants constants, float* bias, nint kind, nint next)
    {
        float* factor = bias + kind;
        Vector512<float> x = Avx512F.ConvertToVector512Single(a), y = Avx512F.ConvertToVector512Single(b);
        Vector512<float> z = Avx512F.ConvertToVector512Single(c), w = Avx512F.ConvertToVector512Single(d);
        if (constants.IsScaled)
        {
            float* scale = factor + kind;
            x = Avx512F.Multiply(x, Avx512F.LoadVector512(scale));
            y = Avx512F.Multiply(y, Avx512F.LoadVector512(scale + Lanes));
            z = Avx512F.Multiply(z, Avx512F.LoadVector512(scale + next));
            w = Avx512F.Multiply(w, Avx512F.LoadVector512(scale + next + Lanes));
        }
        x = Avx512F.Multiply(Avx512F.Add(x, Avx512F.LoadVector512(bias)), Avx512F.LoadVector512(factor));
        y = Avx512F.Multiply(Avx512F.Add(y, Avx512F.LoadVector512(bias + Lanes)), Avx512F.LoadVector512(factor + Lanes));
        z = Avx512F.Multiply(Avx512F.Add(z, Avx512F.LoadVector512(bias + next)), Avx512F.LoadVector512(factor + next));
        w = Avx512F.Multiply(Avx512F.Add(w, Avx512F.LoadVector512(bias + next + Lanes)), Avx512F.LoadVector512(factor + next + Lanes));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(float* to, Vector512<int> sums, float* bias, float* factor, bool isFused, float low, float high, int count)
    {
        Vector512<float> real = Avx512F.ConvertToVector512Single(sums), factors = Avx512F.LoadVector512(factor), biases = Avx512F.LoadVector512(bias);
        real = isFused ? Avx512F.FusedMultiplyAdd(real, factors, biases) : Avx512F.Add(Avx512F.Multiply(real, factors), biases);
        // The operand that may be no number comes second: then it stays.
        real = Avx512F.Min(Vector512.Create(high), Avx512F.Max(Vector512.Create(low), real));
        if (count >= Lanes) Avx512F.Store(to, real);
        else Avx512F.MaskStore(to, Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), real);
    }

    /// <summary>vpmaddubsw and vpmaddwd: sums of two products fit into 16 bits where no code is above 127.</summary>
    internal readonly struct Pairs : ICodeDot<Vector512<int>>, IGroupedDot<Vector512<int>>
    {
        public static int WeightBytes => Bytes;

        public static bool TakesEveryCode => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(Vector512<int> sum, Vector512<int> codes, byte* weights) => Add(sum, codes, Load(weights));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(Vector512<int> sum, Vector512<int> codes, Vector512<int> weights) => ToInt32(sum, Products(codes, weights));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> AddTwo(Vector512<int> sum, Vector512<int> codes0, Vector512<int> weights0, Vector512<int> codes1, Vector512<int> weights1) =>
            ToInt32(sum, Avx512BW.Add(Products(codes0, weights0), Products(codes1, weights1)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> AddThree(
            Vector512<int> sum, Vector512<int> codes0, Vector512<int> weights0, Vector512<int> codes1, Vector512<int> weights1, Vector512<int> codes2, Vector512<int> weights2) =>
            ToInt32(sum, Avx512BW.Add(Avx512BW.Add(Products(codes0, weights0), Products(codes1, weights1)), Products(codes2, weights2)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<short> Products(Vector512<int> codes, Vector512<int> weights) => Avx512BW.MultiplyAddAdjacent(codes.AsByte(), weights.AsSByte());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> ToInt32(Vector512<int> sum, Vector512<short> words) => Avx512F.Add(sum, Avx512BW.MultiplyAddAdjacent(words, Vector512.Create((short)1)));
    }

    /// <summary>vpmaddwd for the even and for the odd codes: takes all of them, and weights of 16 bits.</summary>
    internal readonly struct EvenAndOdd : ICodeDot<Vector512<int>>
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
