using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Adds the products of four codes and four weights to each lane of 32 bits.</summary>
internal interface IDot512
{
    static abstract Vector512<int> Add(Vector512<int> sums, Vector512<byte> codes, Vector512<sbyte> weights);

    /// <summary>Two steps whose products can be added in 16 bits.</summary>
    static abstract Vector512<int> AddPair(
        Vector512<int> sums, Vector512<byte> codes, Vector512<sbyte> weights, Vector512<byte> nextCodes, Vector512<sbyte> nextWeights);
}

/// <summary>Products in 16 bits, which hold those of codes up to 127, or 128, with any weights.</summary>
internal readonly struct MultiplyAdd512<TRange> : IDot512 where TRange : struct, ICodeRange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, Vector512<byte> codes, Vector512<sbyte> weights) =>
        Avx512F.Add(sums, Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(TRange.Of(codes), weights), Vector512<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddPair(
        Vector512<int> sums, Vector512<byte> codes, Vector512<sbyte> weights, Vector512<byte> nextCodes, Vector512<sbyte> nextWeights)
    {
        Vector512<short> products = Avx512BW.Add(
            Avx512BW.MultiplyAddAdjacent(TRange.Of(codes), weights), Avx512BW.MultiplyAddAdjacent(TRange.Of(nextCodes), nextWeights));
        return Avx512F.Add(sums, Avx512BW.MultiplyAddAdjacent(products, Vector512<short>.One));
    }
}

