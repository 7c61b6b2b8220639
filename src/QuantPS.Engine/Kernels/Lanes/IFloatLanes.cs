namespace QuantPS.Engine.Kernels;

/// <summary>What kernels of floats do with vectors of one size, so that one file serves all of them.</summary>
/// <typeparam name="TVector">The vector, of floats.</typeparam>
internal unsafe interface IFloatLanes<TVector>
{
    /// <summary>The floats of a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* from);

    static abstract void Store(float* to, TVector value);

    /// <summary>Stores the first floats of a vector.</summary>
    static abstract void Store(float* to, TVector value, int count);

    /// <summary>A vector of one number.</summary>
    static abstract TVector Fill(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The lower of two numbers; the second where one is not a number.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>The higher of two numbers; the second where one is not a number.</summary>
    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Abs(TVector value);

    /// <summary>2 to the power of a whole number from -126 to 127, to which 1.5 * 2^23 was added: its lowest bits are the number's then.</summary>
    static abstract TVector PowerOfTwo(TVector shifted);

    /// <summary>The value where a number is not below a bound, else 0.</summary>
    static abstract TVector ZeroBelow(TVector value, TVector number, TVector bound);

    /// <summary>One value where a number is below 0, else the other.</summary>
    static abstract TVector WhereNegative(TVector number, TVector negative, TVector other);

    /// <summary>The sum of all lanes, in an order of its own.</summary>
    static abstract float Sum(TVector value);

    /// <summary>The highest of all lanes.</summary>
    static abstract float Highest(TVector value);

    /// <summary>Makes columns rows: <see cref="TransposeKernel"/>.</summary>
    static abstract void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns);
}
