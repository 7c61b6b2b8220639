using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Adds the products of four codes and four weights to each lane of 32 bits.</summary>
internal interface IDot256
{
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights);

    /// <summary>Two steps whose products can be added in 16 bits.</summary>
    static abstract Vector256<int> AddPair(
        Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights, Vector256<byte> nextCodes, Vector256<sbyte> nextWeights);
}

/// <summary>Products in 16 bits, which hold those of codes up to 127, or 128, with any weights.</summary>
internal readonly struct MultiplyAdd256<TRange> : IDot256 where TRange : struct, ICodeRange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights) =>
        Avx2.Add(sums, Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(TRange.Of(codes), weights), Vector256<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddPair(
        Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights, Vector256<byte> nextCodes, Vector256<sbyte> nextWeights)
    {
        Vector256<short> products = Avx2.Add(
            Avx2.MultiplyAddAdjacent(TRange.Of(codes), weights), Avx2.MultiplyAddAdjacent(TRange.Of(nextCodes), nextWeights));
        return Avx2.Add(sums, Avx2.MultiplyAddAdjacent(products, Vector256<short>.One));
    }
}

/// <summary>The processor's own dot product, exact for any codes and weights.</summary>
internal readonly struct DotProduct256 : IDot256
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, codes, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddPair(
        Vector256<int> sums, Vector256<byte> codes, Vector256<sbyte> weights, Vector256<byte> nextCodes, Vector256<sbyte> nextWeights) =>
        AvxVnni.MultiplyWideningAndAdd(AvxVnni.MultiplyWideningAndAdd(sums, codes, weights), nextCodes, nextWeights);
}
