namespace QuantPS.Engine.Execution;

/// <summary>A value that the plan keeps in memory: what it is, and, once memory is planned, where it lies.</summary>
/// <remarks>Images (four dimensions) lie as NHWC; all else in PyTorch's order, unless a kernel that needs it says otherwise.</remarks>
internal sealed unsafe class Value(string name, TensorType type, bool? channelsLast = null)
{
    /// <summary>The bytes behind the codes of a value whose scale is chosen as it runs: <see cref="Kernels.DynamicParameters.Chosen"/>.</summary>
    public const int DynamicParameterBytes = 12;

    private byte* _address;
    private int _sliceStart;

    public string Name { get; } = name;

    public ElementType Element { get; } = type.Element;

    /// <summary>The shape of one sample in PyTorch's order, with a batch of 1.</summary>
    public Shape Shape { get; } = type.Shape;

    public QuantParams? Quantization { get; } = type.Quantization;

    public bool ChannelsLast { get; } = channelsLast ?? type.Shape.Rank == 4;

    /// <summary>The value whose memory this one shows in another shape, or null. Lowering sets it.</summary>
    public Value? ViewOf { get; set; }

    /// <summary>The value whose runs this one is a part of, or null.</summary>
    public Value? SliceOf { get; private set; }

    /// <summary>The elements, in PyTorch's order, of a value that is the same in every run.</summary>
    public float[]? Constant { get; init; }

    /// <summary>The value that owns the memory.</summary>
    public Value Storage => (ViewOf ?? SliceOf)?.Storage ?? this;

    public bool IsDynamic => Element == ElementType.QUInt8 && Quantization is null;

    /// <summary>The number of elements of one sample.</summary>
    public int Elements { get; } = checked((int)type.Shape.ElementCount);

    /// <summary>The elements of the innermost dimension in memory: the channels of a pixel, or the last dimension.</summary>
    public int Run { get; } = (channelsLast ?? type.Shape.Rank == 4) ? type.Shape[1] : type.Shape.Rank == 0 ? 1 : type.Shape[type.Shape.Rank - 1];

    /// <summary>The elements from the start of a run to that of the next: more than a run has where the value is a slice.</summary>
    public int Pitch => SliceOf?.Pitch ?? Run;

    public byte* Address => ViewOf is { } whole ? whole.Address : SliceOf is { } joined ? joined.Address + (long)_sliceStart * Element.Size() : _address;

    public float* Floats => (float*)Address;

    /// <summary>Where the scale and the zero point lie that were chosen as it ran, given the largest batch.</summary>
    public nint DynamicParameters(int maxBatch) => (nint)Address + (nint)RoundUp((long)Elements * maxBatch, 16);

    /// <summary>The bytes that the value needs for a batch.</summary>
    public long Bytes(int batch)
    {
        long bytes = (long)Elements * batch * Element.Size();
        return IsDynamic ? RoundUp(bytes, 16) + DynamicParameterBytes : bytes;
    }

    public void Place(byte* address) => _address = address;

    /// <summary>Makes this value a part of each run of another, from an element of the run on.</summary>
    public void PlaceIn(Value whole, int start) => (SliceOf, _sliceStart) = (whole, start);

    private static long RoundUp(long bytes, int to) => (bytes + to - 1) / to * to;
}
