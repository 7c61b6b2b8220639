using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Tiles of a product of rows of codes and columns of int8 weights, which lie as [step of the depth][column][code of the step]. Sums
/// start from the same numbers in each row, and go out in rows of 16.
/// </summary>
internal unsafe interface ICodeTiles
{
    /// <summary>The instruction set that the tiles are written for.</summary>
    static abstract InstructionSet InstructionSet { get; }

    /// <summary>The codes of a step. A row may be read to the end of its last step.</summary>
    static abstract int Step { get; }

    /// <summary>What is taken off each code before it is multiplied: 0, or 128, which makes it signed.</summary>
    static abstract int Shift { get; }

    /// <summary>The bits of the codes that must be inverted for the tiles; 0 where they take codes as they are.</summary>
    static abstract byte Flip { get; }

    /// <summary>Whether the sums are exact for the weights.</summary>
    static abstract bool AreExactFor(CodeWeights weights);

    /// <summary>Computes a tile of 6 rows by 16 columns.</summary>
    /// <param name="a">The first row.</param>
    /// <param name="stride">The bytes from a row to the next.</param>
    /// <param name="b">The packed weights.</param>
    /// <param name="steps">The steps of the depth.</param>
    /// <param name="start">What the sums of each column start from.</param>
    /// <param name="sums">Takes the sums.</param>
    static abstract void SixByWide(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums);

    /// <summary>Computes a tile of 6 rows by 8 columns.</summary>
    static abstract void SixByNarrow(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums);

    /// <summary>Computes a row of 16 columns.</summary>
    static abstract void OneByWide(byte* a, sbyte* b, nint steps, int* start, int* sums);

    /// <summary>Computes a row of 8 columns.</summary>
    static abstract void OneByNarrow(byte* a, sbyte* b, nint steps, int* start, int* sums);
}
