namespace QuantPS.Engine.Kernels;

/// <summary>
/// What a depthwise convolution does with vectors of one size. A lane of 32 bits is a channel; four vectors are a chunk of channels, in
/// the order of <see cref="DepthwiseWeights.Channel"/>, which is the one that unpacking instructions make and packing ones undo.
/// </summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
internal unsafe interface IDepthwiseLanes<TVector>
{
    /// <summary>The bytes of a vector, and the channels of a chunk.</summary>
    static abstract int Bytes { get; }

    static abstract TVector Load(byte* from);

    static abstract void Store(byte* to, TVector codes);

    /// <summary>A vector of one code.</summary>
    static abstract TVector Fill(byte code);

    static abstract TVector Or(TVector seen, TVector codes);

    /// <summary>Whether a code is above 127.</summary>
    static abstract bool IsAbove(TVector seen);

    /// <summary>Interleaves the codes of a chunk in four rows: a lane gets the four codes of its channel, first row first.</summary>
    static abstract void Interleave(ref TVector a, ref TVector b, ref TVector c, ref TVector d);

    /// <summary>Sorts vectors of four weights of 8 bits into the even and the odd ones, as 16 bits each.</summary>
    static abstract void Widen(byte* weights, byte* to, nint vectors);

    /// <summary>The codes of a chunk's sums.</summary>
    static abstract TVector Codes(TVector a, TVector b, TVector c, TVector d, in DepthwiseConstants constants, byte* numbers);
}
