using System.Runtime.InteropServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The numbers that all panels of an emitted convolution share, and where they lie.</summary>
internal sealed unsafe class TileConstants : IDisposable
{
    // Vectors of 64 bytes first, then single numbers of four bytes, which instructions broadcast.
    public const int ZeroPointWords = 0;
    public const int LowBytes = 64;
    public const int HighBytes = 128;
    /// <summary>Takes the dwords of a group of three packed vectors to their places.</summary>
    public const int JoinTriple = 192;
    /// <summary>Takes the quarters of two pixels of two packed vectors to their places.</summary>
    public const int JoinPair = 256;
    /// <summary>The inverse of <see cref="JoinTriple"/>.</summary>
    public const int SpreadTriple = 320;
    /// <summary>The inverse of <see cref="JoinPair"/>, for one pixel.</summary>
    public const int SpreadPair = 384;
    /// <summary>Widens the bytes of the first, second, third or fourth vector of a group: 64 bytes each.</summary>
    public const int Widen = 448;
    /// <summary>The input's zero point in each byte.</summary>
    public const int InputZeroPoint = 704;
    public const int ZeroPoint = 768;
    public const int Low = 772;
    public const int High = 776;
    public const int RealZeroPoint = 780;
    public const int RealLow = 784;
    public const int RealHigh = 788;
    public const int OwnScale = 792;
    public const int OwnZero = 796;
    public const int AddendScale = 800;
    public const int AddendZero = 804;
    public const int InverseScale = 808;
    public const int SumLow = 812;
    public const int SumHigh = 816;
    /// <summary>What the starts of the sums are multiplied by, where the zero point is chosen as it runs.</summary>
    public const int MinusZeroPoint = 820;
    /// <summary>What the scales of the weights are multiplied by, likewise.</summary>
    public const int ChosenScale = 824;
    private const int Length = 832;

    private readonly NativeMemoryBlock _block = new(Length);

    public TileConstants(QuantizedConvSpec spec, bool scaled)
    {
        (Requantization requantization, QuantizedAddSpec? add) = (spec.Requantization, spec.Add);
        int zeroPoint = add?.Output.Quantization!.ZeroPoint ?? (scaled ? 0 : requantization.ZeroPoint);
        (byte low, byte high) = add?.Range ?? requantization.Range;
        Span<byte> bytes = new(_block.Address, Length);
        MemoryMarshal.Cast<byte, short>(bytes.Slice(ZeroPointWords, 64)).Fill((short)zeroPoint);
        bytes.Slice(LowBytes, 64).Fill(low);
        bytes.Slice(HighBytes, 64).Fill(high);
        bytes.Slice(InputZeroPoint, 64).Fill((byte)spec.InputZeroPoint);
        WriteJoins(bytes);
        (Int(ZeroPoint), Int(Low), Int(High)) = (zeroPoint, low, high);
        int inFloat = scaled ? 0 : requantization.ZeroPoint;
        Float(RealZeroPoint) = requantization.ZeroPoint;
        (Float(RealLow), Float(RealHigh)) = (requantization.Range.Low - inFloat, requantization.Range.High - inFloat);
        if (add is null) return;
        (QuantParams own, QuantParams other) = (add.Left.Quantization!, add.Right.Quantization!);
        (Float(OwnScale), Float(OwnZero)) = (own.Scale, -(own.Scale * own.ZeroPoint));
        (Float(AddendScale), Float(AddendZero)) = (other.Scale, -(other.Scale * other.ZeroPoint));
        Float(InverseScale) = 1 / add.Output.Quantization!.Scale;
        (Float(SumLow), Float(SumHigh)) = (low - zeroPoint, high - zeroPoint);
    }

    /// <summary>The constants of tiles that give floats.</summary>
    public TileConstants(float low, float high) => (Float(RealLow), Float(RealHigh)) = (low, high);

    public byte* Address => _block.Address;

    /// <summary>Sets what was chosen for a run.</summary>
    public void Choose(float scale, int zeroPoint) => (Float(ChosenScale), Int(MinusZeroPoint)) = (scale, -zeroPoint);

    public void Dispose() => _block.Dispose();

    private static void WriteJoins(Span<byte> bytes)
    {
        Span<int> joinTriple = MemoryMarshal.Cast<byte, int>(bytes.Slice(JoinTriple, 64)), spreadTriple = MemoryMarshal.Cast<byte, int>(bytes.Slice(SpreadTriple, 64));
        Span<int> spreadPair = MemoryMarshal.Cast<byte, int>(bytes.Slice(SpreadPair, 64));
        Span<long> joinPair = MemoryMarshal.Cast<byte, long>(bytes.Slice(JoinPair, 64));
        for (int quarter = 0; quarter < 4; quarter++)
        {
            for (int v = 0; v < 3; v++)
                (joinTriple[3 * quarter + v], spreadTriple[4 * quarter + v]) = (4 * quarter + v, 3 * quarter + v);
            for (int v = 0; v < 2; v++)
                (joinPair[4 * v + quarter], spreadPair[4 * quarter + v]) = (2 * quarter + v, 2 * quarter + v);
            for (int v = 0; v < 4; v++)
                for (int i = 0; i < 16; i++)
                    bytes[Widen + 64 * v + 16 * quarter + i] = i % 4 == 0 ? (byte)(4 * v + i / 4) : (byte)0x80;
        }
    }

    private ref int Int(int at) => ref *(int*)(_block.Address + at);

    private ref float Float(int at) => ref *(float*)(_block.Address + at);
}
