using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal readonly unsafe struct TilesAvxVnni : IByteTiles
{
    public static InstructionSet InstructionSet => InstructionSet.AvxVnni;

    public static int Columns => 16;

    public static nint Half => 8;

    public static bool TakesAllCodes => true;

    public static bool HasLargeCodes(byte* codes, nint count) => false;

    public static int NextLargeCode(byte* codes, int from, int count) => count;

    public static void Four(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums, TileFinish finish) =>
        ByteTiles256.Four<DotProduct256>(tile, codes, start, sums);

    public static void One(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums) =>
        ByteTiles256.One<DotProduct256>(tile, codes, start, sums);

    public static void AddStep(sbyte* weights, uint codes, int* sums) => ByteTiles256.AddStep<DotProduct256>(weights, codes, sums);
}
