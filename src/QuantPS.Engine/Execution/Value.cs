namespace QuantPS.Engine.Execution;

/// <summary>A value that the plan keeps in memory: what it is, and, once memory is planned, where it lies.</summary>
/// <remarks>Images (four dimensions) lie as NHWC; all else in PyTorch's order, unless a kernel that needs it says otherwise.</remarks>
/// <param name="name">The name.</param>
/// <param name="type">The type of one row: a sample, or a step of a sequence.</param>
/// <param name="channelsLast">Whether an image lies as NHWC; when null, it does where there are four dimensions.</param>
internal sealed unsafe class Value(string name, TensorType type, bool? channelsLast = null)
{
    /// <summary>The bytes behind the codes of a value whose scale is chosen as it runs: <see cref="Kernels.DynamicParameters.Chosen"/>.</summary>
    public const int DynamicParameterBytes = 12;

    private byte* _address;
    private int _sliceStart;

    public string Name { get; } = name;

    public ElementType Element { get; } = type.Element;

    /// <summary>The shape of one row in PyTorch's order, with a batch of 1.</summary>
    public Shape Shape { get; } = type.Shape;

    /// <summary>Whether its rows are the steps of sequences, one sample's after another's; else the samples.</summary>
    public bool IsSequence { get; init; }

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

    /// <summary>The number of elements of one row.</summary>
    public int Elements { get; } = checked((int)type.Shape.ElementCount);

    /// <summary>The elements of the innermost dimension in memory: the channels of a pixel, or the last dimension.</summary>
    public int Run { get; } = (channelsLast ?? type.Shape.Rank == 4) ? type.Shape[1] : type.Shape.Rank == 0 ? 1 : type.Shape[type.Shape.Rank - 1];

    /// <summary>The elements from the start of a run to that of the next: more than a run has where the value is a slice.</summary>
    public int Pitch => SliceOf?.Pitch ?? Run;

    public byte* Address => ViewOf is { } whole ? whole.Address : SliceOf is { } joined ? joined.Address + (long)_sliceStart * Element.Size() : _address;

    public float* Floats => (float*)Address;

    /// <summary>Where the scale and the zero point lie that were chosen as it ran.</summary>
    /// <param name="maxRows">The most rows that it can have.</param>
    public nint DynamicParameters(int maxRows) => (nint)Address + (nint)RoundUp((long)Elements * maxRows, 16);

    /// <summary>The shape in a run of some size, as PyTorch has it.</summary>
    public Shape ShapeOf(RunSize size) => IsSequence ? [size.Batch, size.Length, .. Shape.AsSpan()[1..]]
        : size.Batch == 1 ? Shape : Shape.With(0, size.Batch);

    /// <summary>The bytes that the value needs for a number of rows.</summary>
    public long Bytes(int rows)
    {
        long bytes = (long)Elements * rows * Element.Size();
        return IsDynamic ? RoundUp(bytes, 16) + DynamicParameterBytes : bytes;
    }

    public void Place(byte* address) => _address = address;

    /// <summary>Makes this value a part of each run of another, from an element of the run on.</summary>
    public void PlaceIn(Value whole, int start) => (SliceOf, _sliceStart) = (whole, start);

    private static long RoundUp(long bytes, int to) => (bytes + to - 1) / to * to;
}
