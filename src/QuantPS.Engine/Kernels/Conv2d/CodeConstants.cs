namespace QuantPS.Engine.Kernels;

/// <summary>The numbers of a <see cref="Requantization"/> that all channels share, as vectors in memory.</summary>
internal readonly unsafe struct CodeConstants
{
    public const int Bytes = 5 * VectorBytes;
    private const int VectorBytes = 64;

    private readonly byte* _address;

    /// <param name="spec">The convolution.</param>
    /// <param name="address">Memory for the vectors.</param>
    public CodeConstants(QuantizedConvSpec spec, byte* address)
    {
        Requantization requantization = spec.Requantization;
        _address = address;
        IsScaled = requantization.Scale is not null;
        bool shifts = requantization.ZeroPoint != 0;
        (AddsReal, AddsInteger) = (IsScaled && shifts, !IsScaled && shifts);
        ClampsFloats = !requantization.StaysInInt32(spec.LargestSums());
        int zeroPoint = IsScaled ? 0 : requantization.ZeroPoint;
        new Span<float>(RealZeroPoint, VectorBytes / sizeof(float)).Fill(requantization.ZeroPoint);
        new Span<float>(RealHigh, VectorBytes / sizeof(float)).Fill(requantization.Range.High - zeroPoint);
        new Span<short>(ZeroPoint, VectorBytes / sizeof(short)).Fill((short)zeroPoint);
        new Span<byte>(Low, VectorBytes).Fill(requantization.Range.Low);
        new Span<byte>(High, VectorBytes).Fill(requantization.Range.High);
    }

    /// <summary>oneDNN's form: a scale before the bias, and the zero point added in float.</summary>
    public bool IsScaled { get; }

    /// <summary>Whether there is a zero point to add in float.</summary>
    public bool AddsReal { get; }

    /// <summary>Whether there is one to add to integers.</summary>
    public bool AddsInteger { get; }

    /// <summary>
    /// Whether real values must be lowered to <see cref="RealHigh"/> before they become integers. None must be raised: below the range of
    /// integers the conversion gives the smallest one, which the packing instructions turn into the smallest code.
    /// </summary>
    public bool ClampsFloats { get; }

    public float* RealZeroPoint => (float*)_address;

    public float* RealHigh => (float*)(_address + VectorBytes);

    public short* ZeroPoint => (short*)(_address + 2 * VectorBytes);

    /// <summary>The smallest code.</summary>
    public byte* Low => _address + 3 * VectorBytes;

    /// <summary>The largest code.</summary>
    public byte* High => _address + 4 * VectorBytes;
}
