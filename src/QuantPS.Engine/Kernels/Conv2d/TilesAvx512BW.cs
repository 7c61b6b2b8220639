using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal readonly unsafe struct TilesAvx512BW : IByteTiles
{
    public static InstructionSet InstructionSet => InstructionSet.Avx512BW;

    public static int Columns => 32;

    public static nint Half => ByteTile.BlockSums;

    public static bool TakesAllCodes => false;

    public static bool HasLargeCodes(byte* codes, nint count) => ByteTiles256.HasLargeCodes(codes, count);

    public static int NextLargeCode(byte* codes, int from, int count) => ByteTiles256.NextLargeCode(codes, from, count);

    public static void Four(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums, TileFinish finish)
    {
        if (capped) ByteTiles512.Four<MultiplyAdd512<CappedCodes>>(tile, codes, start, sums, finish);
        else ByteTiles512.Four<MultiplyAdd512<AllCodes>>(tile, codes, start, sums, finish);
    }

    public static void One(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums)
    {
        if (capped) ByteTiles512.One<MultiplyAdd512<CappedCodes>>(tile, codes, start, sums);
        else ByteTiles512.One<MultiplyAdd512<AllCodes>>(tile, codes, start, sums);
    }

    public static void AddStep(sbyte* weights, uint codes, int* sums) => ByteTiles512.AddStep<MultiplyAdd512<AllCodes>>(weights, codes, sums);
}
