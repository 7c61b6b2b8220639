using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal readonly unsafe struct TilesAvx512BW : IByteTiles
{
    public static InstructionSet InstructionSet => InstructionSet.Avx512BW;

    public static int Columns => 32;

    public static nint Half => ByteTile.BlockSums;

    public static bool TakesAllCodes => false;

    public static bool HasLargeCodes(byte* codes, nint count) => ByteTiles256.HasLargeCodes(codes, count);

    public static void Four(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums, TileFinish finish)
    {
        if (bits == CodeBits.All) ByteTiles512.Four<MultiplyAdd512<AllBits>>(tile, codes, start, sums, finish);
        else if (bits == CodeBits.Low) ByteTiles512.Four<MultiplyAdd512<LowBits>>(tile, codes, start, sums, finish);
        else ByteTiles512.Four<MultiplyAdd512<HighBit>>(tile, codes, start, sums, finish);
    }

    public static void One(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums)
    {
        if (bits == CodeBits.All) ByteTiles512.One<MultiplyAdd512<AllBits>>(tile, codes, start, sums);
        else if (bits == CodeBits.Low) ByteTiles512.One<MultiplyAdd512<LowBits>>(tile, codes, start, sums);
        else ByteTiles512.One<MultiplyAdd512<HighBit>>(tile, codes, start, sums);
    }
}
