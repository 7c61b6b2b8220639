using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Convolutions of codes on 256 bits.</summary>
internal readonly unsafe struct CodeLanesAvx2 : ICodeLanes<Vector256<int>>
{
    private const int Lanes = 8;

    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* from) => Avx.LoadVector256((int*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector256<int> codes) => Avx.Store((int*)to, codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Or(Vector256<int> seen, Vector256<int> codes) => Avx2.Or(seen, codes);

    public static bool IsAbove(Vector256<int> seen) => seen.AsByte().ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Fill(byte code) => Vector256.Create(code).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(byte* four) => Avx2.BroadcastScalarToVector256((int*)four);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Cap(Vector256<int> codes) => Avx2.Min(codes.AsByte(), Vector256.Create((byte)sbyte.MaxValue)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<int> others) => Avx2.Add(sums, others);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(byte* first, byte* second, Vector256<int> codes)
    {
        Vector256<byte> rows = Avx2.Permute4x64(codes.AsInt64(), 0b11_01_10_00).AsByte();
        Sse2.Store(first, rows.GetLower());
        Sse2.Store(second, rows.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(ref Vector256<int> a, ref Vector256<int> b, ref Vector256<int> c, ref Vector256<int> d)
    {
        Vector256<short> ab = Avx2.UnpackLow(a.AsByte(), b.AsByte()).AsInt16(), cd = Avx2.UnpackLow(c.AsByte(), d.AsByte()).AsInt16();
        Vector256<short> highAb = Avx2.UnpackHigh(a.AsByte(), b.AsByte()).AsInt16(), highCd = Avx2.UnpackHigh(c.AsByte(), d.AsByte()).AsInt16();
        a = Avx2.UnpackLow(ab, cd).AsInt32();
        b = Avx2.UnpackHigh(ab, cd).AsInt32();
        c = Avx2.UnpackLow(highAb, highCd).AsInt32();
        d = Avx2.UnpackHigh(highAb, highCd).AsInt32();
    }

    public static void Widen(byte* weights, byte* to, nint vectors)
    {
        for (; vectors > 0; vectors--, weights += Bytes, to += 2 * Bytes)
        {
            Vector256<short> pairs = Avx.LoadVector256((short*)weights);
            Avx.Store((short*)to, Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(pairs, 8), 8));
            Avx.Store((short*)(to + Bytes), Avx2.ShiftRightArithmetic(pairs, 8));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Codes(
        Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d, in CodeConstants constants, float* bias, nint kind, nint next)
    {
        float* factor = bias + kind;
        Vector256<float> x = Avx.ConvertToVector256Single(a), y = Avx.ConvertToVector256Single(b);
        Vector256<float> z = Avx.ConvertToVector256Single(c), w = Avx.ConvertToVector256Single(d);
        if (constants.IsScaled)
        {
            float* scale = factor + kind;
            x = Avx.Multiply(x, Avx.LoadVector256(scale));
            y = Avx.Multiply(y, Avx.LoadVector256(scale + Lanes));
            z = Avx.Multiply(z, Avx.LoadVector256(scale + next));
            w = Avx.Multiply(w, Avx.LoadVector256(scale + next + Lanes));
        }
        x = Avx.Multiply(Avx.Add(x, Avx.LoadVector256(bias)), Avx.LoadVector256(factor));
        y = Avx.Multiply(Avx.Add(y, Avx.LoadVector256(bias + Lanes)), Avx.LoadVector256(factor + Lanes));
        z = Avx.Multiply(Avx.Add(z, Avx.LoadVector256(bias + next)), Avx.LoadVector256(factor + next));
        w = Avx.Multiply(Avx.Add(w, Avx.LoadVector256(bias + next + Lanes)), Avx.LoadVector256(factor + next + Lanes));
        if (constants.AddsReal)
        {
            Vector256<float> zeroPoint = Avx.LoadVector256(constants.RealZeroPoint);
            (x, y, z, w) = (Avx.Add(x, zeroPoint), Avx.Add(y, zeroPoint), Avx.Add(z, zeroPoint), Avx.Add(w, zeroPoint));
        }
        if (constants.ClampsFloats)
        {
            Vector256<float> high = Avx.LoadVector256(constants.RealHigh);
            (x, y, z, w) = (Avx.Min(x, high), Avx.Min(y, high), Avx.Min(z, high), Avx.Min(w, high));
        }
        Vector256<short> first = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(x), Avx.ConvertToVector256Int32(y));
        Vector256<short> second = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(z), Avx.ConvertToVector256Int32(w));
        if (constants.AddsInteger)
        {
            Vector256<short> zeroPoint = Avx.LoadVector256(constants.ZeroPoint);
            (first, second) = (Avx2.AddSaturate(first, zeroPoint), Avx2.AddSaturate(second, zeroPoint));
        }
        Vector256<byte> codes = Avx2.PackUnsignedSaturate(first, second);
        return Avx2.Min(Avx2.Max(codes, Avx.LoadVector256(constants.Low)), Avx.LoadVector256(constants.High)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(float* to, Vector256<int> sums, float* bias, float* factor, bool isFused, float low, float high, int count)
    {
        Vector256<float> real = Avx.ConvertToVector256Single(sums), factors = Avx.LoadVector256(factor), biases = Avx.LoadVector256(bias);
        real = isFused ? Fma.MultiplyAdd(real, factors, biases) : Avx.Add(Avx.Multiply(real, factors), biases);
        // The operand that may be no number comes second: then it stays.
        real = Avx.Min(Vector256.Create(high), Avx.Max(Vector256.Create(low), real));
        if (count >= Lanes) Avx.Store(to, real);
        else Avx.MaskStore(to, Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle(), real);
    }

    /// <summary>vpmaddubsw and vpmaddwd: sums of two products fit into 16 bits where no code is above 127.</summary>
    internal readonly struct Pairs : ICodeDot<Vector256<int>>, IGroupedDot<Vector256<int>>
    {
        public static int WeightBytes => Bytes;

        public static bool TakesEveryCode => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> codes, byte* weights) => Add(sum, codes, Load(weights));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> codes, Vector256<int> weights) => ToInt32(sum, Products(codes, weights));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> AddTwo(Vector256<int> sum, Vector256<int> codes0, Vector256<int> weights0, Vector256<int> codes1, Vector256<int> weights1) =>
            ToInt32(sum, Avx2.Add(Products(codes0, weights0), Products(codes1, weights1)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> AddThree(
            Vector256<int> sum, Vector256<int> codes0, Vector256<int> weights0, Vector256<int> codes1, Vector256<int> weights1, Vector256<int> codes2, Vector256<int> weights2) =>
            ToInt32(sum, Avx2.Add(Avx2.Add(Products(codes0, weights0), Products(codes1, weights1)), Products(codes2, weights2)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<short> Products(Vector256<int> codes, Vector256<int> weights) => Avx2.MultiplyAddAdjacent(codes.AsByte(), weights.AsSByte());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> ToInt32(Vector256<int> sum, Vector256<short> words) => Avx2.Add(sum, Avx2.MultiplyAddAdjacent(words, Vector256.Create((short)1)));
    }

    /// <summary>vpmaddwd for the even and for the odd codes: takes all of them, and weights of 16 bits.</summary>
    internal readonly struct EvenAndOdd : ICodeDot<Vector256<int>>
    {
        public static int WeightBytes => 2 * Bytes;

        public static bool TakesEveryCode => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> codes, byte* weights)
        {
            Vector256<short> even = Avx2.And(codes, Vector256.Create(0x00FF00FF)).AsInt16(), odd = Avx2.ShiftRightLogical(codes.AsInt16(), 8);
            return Avx2.Add(sum, Avx2.Add(
                Avx2.MultiplyAddAdjacent(even, Avx.LoadVector256((short*)weights)),
                Avx2.MultiplyAddAdjacent(odd, Avx.LoadVector256((short*)(weights + Bytes)))));
        }
    }

    /// <summary>vpdpbusd: takes all codes.</summary>
    internal readonly struct DotProduct : ICodeDot<Vector256<int>>, IGroupedDot<Vector256<int>>
    {
        public static int WeightBytes => Bytes;

        public static bool TakesEveryCode => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> codes, byte* weights) =>
            AvxVnni.MultiplyWideningAndAdd(sum, codes.AsByte(), Avx.LoadVector256((sbyte*)weights));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sum, Vector256<int> codes, Vector256<int> weights) =>
            AvxVnni.MultiplyWideningAndAdd(sum, codes.AsByte(), weights.AsSByte());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> AddTwo(
            Vector256<int> sum, Vector256<int> codes0, Vector256<int> weights0, Vector256<int> codes1, Vector256<int> weights1) =>
            Add(Add(sum, codes0, weights0), codes1, weights1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> AddThree(
            Vector256<int> sum, Vector256<int> codes0, Vector256<int> weights0, Vector256<int> codes1, Vector256<int> weights1,
            Vector256<int> codes2, Vector256<int> weights2) =>
            Add(AddTwo(sum, codes0, weights0, codes1, weights1), codes2, weights2);
    }
}
