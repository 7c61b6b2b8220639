using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal readonly unsafe struct TilesAvx2 : IByteTiles
{
    public static InstructionSet InstructionSet => InstructionSet.Avx2;

    public static int Columns => 16;

    public static nint Half => 8;

    public static bool TakesAllCodes => false;

    public static bool HasLargeCodes(byte* codes, nint count) => ByteTiles256.HasLargeCodes(codes, count);

    public static int NextLargeCode(byte* codes, int from, int count) => ByteTiles256.NextLargeCode(codes, from, count);

    public static void Four(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums, TileFinish finish)
    {
        if (capped) ByteTiles256.Four<MultiplyAdd256<CappedCodes>>(tile, codes, start, sums);
        else ByteTiles256.Four<MultiplyAdd256<AllCodes>>(tile, codes, start, sums);
    }

    public static void One(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums)
    {
        if (capped) ByteTiles256.One<MultiplyAdd256<CappedCodes>>(tile, codes, start, sums);
        else ByteTiles256.One<MultiplyAdd256<AllCodes>>(tile, codes, start, sums);
    }

    public static void AddStep(sbyte* weights, uint codes, int* sums) => ByteTiles256.AddStep<MultiplyAdd256<AllCodes>>(weights, codes, sums);
}
