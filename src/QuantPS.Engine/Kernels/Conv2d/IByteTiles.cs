using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Which bits of the codes a tile multiplies.</summary>
internal enum CodeBits
{
    /// <summary>All of them.</summary>
    All,
    /// <summary>All but the highest.</summary>
    Low,
    /// <summary>The highest.</summary>
    High,
}

/// <summary>Tiles of a product of rows of codes and columns of byte weights, by intrinsics.</summary>
internal unsafe interface IByteTiles
{
    static abstract InstructionSet InstructionSet { get; }

    /// <summary>The columns of a panel: 16 or 32.</summary>
    static abstract int Columns { get; }

    /// <summary>Whether products are exact for any codes; else those above 127 are taken in two parts.</summary>
    static abstract bool TakesAllCodes { get; }

    /// <summary>Whether a run of bytes has one above 127.</summary>
    static abstract bool HasLargeCodes(byte* codes, nint count);

    /// <summary>Adds the products of 4 rows; gives sums, or codes where it can and is asked to.</summary>
    static abstract void Four(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums, TileFinish finish);

    /// <summary>The distance from the first vector of a row of sums to the second.</summary>
    static abstract nint Half { get; }

    /// <summary>Adds the products of a row.</summary>
    static abstract void One(in ByteTile tile, byte* codes, CodeBits bits, in SumStart start, int* sums);
}
