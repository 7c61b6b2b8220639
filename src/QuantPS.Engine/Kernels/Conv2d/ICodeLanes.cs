namespace QuantPS.Engine.Kernels;

/// <summary>What convolutions of codes do with vectors of one size, whose lanes of 32 bits are output channels.</summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
internal unsafe interface ICodeLanes<TVector>
{
    /// <summary>The bytes of a vector.</summary>
    static abstract int Bytes { get; }

    static abstract TVector Load(byte* from);

    static abstract void Store(byte* to, TVector codes);

    /// <summary>A vector of one code.</summary>
    static abstract TVector Fill(byte code);

    /// <summary>A vector of the same four codes in each lane.</summary>
    static abstract TVector Broadcast(byte* four);

    /// <summary>Codes of at most 127.</summary>
    static abstract TVector Cap(TVector codes);

    static abstract TVector Add(TVector sums, TVector others);

    static abstract TVector Or(TVector seen, TVector codes);

    /// <summary>Whether a code is above 127.</summary>
    static abstract bool IsAbove(TVector seen);

    /// <summary>
    /// Interleaves the codes of four vectors in four rows: a lane gets the four codes of its channel, first row first. The order of the
    /// channels is that which <see cref="Codes"/> undoes: <see cref="DepthwiseWeights.Channel"/>.
    /// </summary>
    static abstract void Interleave(ref TVector a, ref TVector b, ref TVector c, ref TVector d);

    /// <summary>Sorts vectors of four weights of 8 bits into the even and the odd ones, as 16 bits each.</summary>
    static abstract void Widen(byte* weights, byte* to, nint vectors);

    /// <summary>The codes of four vectors of sums. In each quarter of a vector, they are those of a quarter of each vector of sums.</summary>
    /// <param name="a">The first sums.</param>
    /// <param name="b">The second sums.</param>
    /// <param name="c">The third sums.</param>
    /// <param name="d">The fourth sums.</param>
    /// <param name="constants">What all channels share.</param>
    /// <param name="bias">The biases of the first sums' channels; behind them are those of the second's.</param>
    /// <param name="kind">How many numbers further the factors lie, and again the scales.</param>
    /// <param name="next">How many numbers further those of the third sums lie.</param>
    static abstract TVector Codes(
        TVector a, TVector b, TVector c, TVector d, in CodeConstants constants, float* bias, nint kind, nint next);

    /// <summary>Stores the codes of two rows, whose eighths take turns, as <see cref="Codes"/> gives them for rows of two vectors.</summary>
    static abstract void StoreRows(byte* first, byte* second, TVector codes);

    /// <summary>Stores sums * factor + bias, rounded once where fused, within bounds.</summary>
    /// <param name="to">Where the first goes.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="bias">The biases.</param>
    /// <param name="factor">The factors.</param>
    /// <param name="isFused">Whether it is rounded once.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="count">How many are stored, at least 1; all from the lanes of a vector on.</param>
    static abstract void StoreFloats(float* to, TVector sums, float* bias, float* factor, bool isFused, float low, float high, int count);
}
