using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A column of three rows, of codes or of weights, as a depthwise convolution of three by three taps keeps it in registers, for some
/// channels at a time. Sums are of (code - 128) * weight.
/// </summary>
internal unsafe interface IDepthwiseColumn<TSelf> where TSelf : struct, IDepthwiseColumn<TSelf>
{
    /// <summary>The instruction set that it is written for.</summary>
    static abstract InstructionSet InstructionSet { get; }

    /// <summary>The channels that it holds: 8 or 16.</summary>
    static abstract int Channels { get; }

    /// <summary>The bytes of a packed column of weights.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Whether sums are exact for the weights of a channel, row by row.</summary>
    static abstract bool IsExactFor(ReadOnlySpan<short> weights);

    /// <summary>Packs the weights of a channel in one column.</summary>
    static abstract void Pack(sbyte top, sbyte middle, sbyte bottom, int channel, sbyte* to);

    /// <summary>Loads packed weights.</summary>
    static abstract TSelf Weights(sbyte* at);

    /// <summary>Loads codes of three rows.</summary>
    static abstract TSelf Codes(byte* top, byte* middle, byte* bottom);

    /// <summary>Stores what the sums start from, plus the products of three columns of codes and of weights.</summary>
    static abstract void Store(TSelf a, TSelf b, TSelf c, TSelf weightsA, TSelf weightsB, TSelf weightsC, int* start, int* to);
}
