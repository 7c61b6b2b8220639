using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Tiles of a product of rows of codes and columns of byte weights, by intrinsics.</summary>
internal unsafe interface IByteTiles
{
    static abstract InstructionSet InstructionSet { get; }

    /// <summary>The columns of a panel: 16 or 32.</summary>
    static abstract int Columns { get; }

    /// <summary>Whether products are exact for any codes; else only for those up to 127.</summary>
    static abstract bool TakesAllCodes { get; }

    /// <summary>Whether a run of bytes has one above 127.</summary>
    static abstract bool HasLargeCodes(byte* codes, nint count);

    /// <summary>
    /// Adds the products of 4 rows, of codes as they are or of at most 127; gives sums, or codes where it can and is asked to.
    /// </summary>
    static abstract void Four(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums, TileFinish finish);

    /// <summary>Where the first code above 127 lies, from an index on; the count or more where there is none.</summary>
    static abstract int NextLargeCode(byte* codes, int from, int count);

    /// <summary>The distance from the first vector of a row of sums to the second.</summary>
    static abstract nint Half { get; }

    /// <summary>Adds the products of a row.</summary>
    static abstract void One(in ByteTile tile, byte* codes, bool capped, in SumStart start, int* sums);

    /// <summary>Adds the products of four bytes of at most 128 and the weights of a step to the sums of a row.</summary>
    static abstract void AddStep(sbyte* weights, uint codes, int* sums);
}
