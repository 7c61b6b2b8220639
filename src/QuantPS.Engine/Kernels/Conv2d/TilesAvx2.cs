using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal readonly unsafe struct TilesAvx2 : IByteTiles
{
    public static InstructionSet InstructionSet => InstructionSet.Avx2;

    public static int Columns => 16;

    public static nint Half => 8;

    public static bool TakesAllCodes => false;

    public static bool HasLargeCodes(byte* codes, nint count) => ByteTiles256.HasLargeCodes(codes, count);

    public static void Four(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums, TileFinish finish)
    {
        if (bits == CodeBits.All) ByteTiles256.Four<MultiplyAdd256<AllBits>>(tile, codes, start, sums);
        else if (bits == CodeBits.Low) ByteTiles256.Four<MultiplyAdd256<LowBits>>(tile, codes, start, sums);
        else ByteTiles256.Four<MultiplyAdd256<HighBit>>(tile, codes, start, sums);
    }

    public static void One(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums)
    {
        if (bits == CodeBits.All) ByteTiles256.One<MultiplyAdd256<AllBits>>(tile, codes, start, sums);
        else if (bits == CodeBits.Low) ByteTiles256.One<MultiplyAdd256<LowBits>>(tile, codes, start, sums);
        else ByteTiles256.One<MultiplyAdd256<HighBit>>(tile, codes, start, sums);
    }
}
