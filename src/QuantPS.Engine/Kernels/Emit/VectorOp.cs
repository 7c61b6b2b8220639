namespace QuantPS.Engine.Kernels;

/// <summary>
/// A vector instruction in the EVEX encoding (Intel's Software Developer's Manual, volume 2, 2.7): where its opcode stands, and how much
/// memory an operand takes, which scales short displacements.
/// </summary>
/// <param name="Map">The opcode map: 1 for 0F, 2 for 0F38, 3 for 0F3A.</param>
/// <param name="Prefix">The prefix that it stands for: 0 for none, 1 for 66, 2 for F3, 3 for F2.</param>
/// <param name="Wide">The bit W.</param>
/// <param name="Code">The opcode.</param>
/// <param name="Part">The operand in memory is this part of the vector; 0 for an element of four bytes.</param>
internal readonly record struct VectorOp(byte Map, byte Prefix, bool Wide, byte Code, int Part = 1)
{
    /// <summary>Adds the products of four codes (unsigned) and four weights (signed) to each lane of 32 bits; wraps.</summary>
    public static readonly VectorOp DotProduct = new(2, 1, false, 0x50);
    public static readonly VectorOp BroadcastDword = new(2, 1, false, 0x58, Part: 0);
    public static readonly VectorOp Load = new(1, 2, false, 0x6F);
    public static readonly VectorOp Store = new(1, 2, false, 0x7F);
    /// <summary>Stores single bytes by a mask.</summary>
    public static readonly VectorOp StoreBytes = new(1, 3, false, 0x7F);
    public static readonly VectorOp Move = new(1, 1, false, 0x6F);

    public static readonly VectorOp ConvertToFloat = new(1, 0, false, 0x5B);
    /// <summary>To the nearest integer, half to even.</summary>
    public static readonly VectorOp ConvertToInt = new(1, 1, false, 0x5B);
    /// <summary>Takes a byte: 8 rounds to the nearest integer, half to even.</summary>
    public static readonly VectorOp Round = new(3, 1, false, 0x08);
    public static readonly VectorOp AddFloat = new(1, 0, false, 0x58);
    public static readonly VectorOp MultiplyFloat = new(1, 0, false, 0x59);
    public static readonly VectorOp MinFloat = new(1, 0, false, 0x5D);
    public static readonly VectorOp MaxFloat = new(1, 0, false, 0x5F);
    /// <summary>The first operand becomes itself times the second plus the third, rounded once.</summary>
    public static readonly VectorOp MultiplyAdd213 = new(2, 1, false, 0xA8);

    /// <summary>The lower 32 bits of the products.</summary>
    public static readonly VectorOp MultiplyInt = new(2, 1, false, 0x40);
    public static readonly VectorOp AddInt = new(1, 1, false, 0xFE);
    public static readonly VectorOp MaxInt = new(2, 1, false, 0x3D);
    public static readonly VectorOp MinInt = new(2, 1, false, 0x39);
    public static readonly VectorOp AddWordsSaturate = new(1, 1, false, 0xED);
    public static readonly VectorOp MaxBytes = new(1, 1, false, 0xDE);
    public static readonly VectorOp MinBytes = new(1, 1, false, 0xDA);
    public static readonly VectorOp PackToWords = new(1, 1, false, 0x6B);
    public static readonly VectorOp PackToBytes = new(1, 1, false, 0x67);
    /// <summary>Stores each lane of 32 bits as a byte with unsigned saturation.</summary>
    public static readonly VectorOp StoreAsBytes = new(2, 2, false, 0x11, Part: 4);
    public static readonly VectorOp LoadBytesAsInts = new(2, 1, false, 0x31, Part: 4);

    public static readonly VectorOp PermuteDwords = new(2, 1, false, 0x36);
    public static readonly VectorOp PermuteQwords = new(2, 1, true, 0x36);
    public static readonly VectorOp ShuffleBytes = new(2, 1, false, 0x00);
    /// <summary>Stores a quarter of 64 bytes, which a byte numbers.</summary>
    public static readonly VectorOp StoreQuarter = new(3, 1, false, 0x39, Part: 4);
    /// <summary>Stores a half of 64 bytes, which a byte numbers.</summary>
    public static readonly VectorOp StoreHalf = new(3, 1, true, 0x3B, Part: 2);
    public static readonly VectorOp InterleaveLowBytes = new(1, 1, false, 0x60);
    public static readonly VectorOp InterleaveHighBytes = new(1, 1, false, 0x68);
    public static readonly VectorOp InterleaveLowWords = new(1, 1, false, 0x61);
    public static readonly VectorOp InterleaveHighWords = new(1, 1, false, 0x69);
}
