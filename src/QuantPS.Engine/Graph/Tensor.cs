using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QuantPS.Engine;

/// <summary>A dense tensor in managed memory, contiguous in PyTorch's order (OIHW for convolution weights). Immutable by contract.</summary>
public sealed class Tensor
{
    private byte[]? _data;

    /// <summary>Takes ownership of the bytes of a tensor.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="data">The elements, little-endian, contiguous; the caller does not change them afterwards.</param>
    /// <param name="quantization">The scales and zero points of a quantized type; null for every other.</param>
    /// <exception cref="ArgumentException">The length does not fit type and shape, or the quantization does not fit the type.</exception>
    public Tensor(ElementType type, Shape shape, byte[] data, QuantParams? quantization = null) : this(type, shape, quantization)
    {
        if (ByteCount != data.LongLength)
            throw new ArgumentException($"A {type} tensor of shape {shape} has {ByteCount} bytes, not {data.LongLength}.");
        _data = data;
    }

    private Tensor(ElementType type, Shape shape, QuantParams? quantization)
    {
        if (type.IsQuantized() != quantization is not null)
            throw new ArgumentException($"A {type} tensor {(quantization is null ? "needs" : "cannot have")} a scale and a zero point.");
        if (quantization is { Axis: int axis } && (axis < 0 || axis >= shape.Rank || shape[axis] != quantization.Scales.Length))
            throw new ArgumentException($"{quantization.Scales.Length} scales along dimension {axis} do not fit the shape {shape}.");
        (Element, Shape, Quantization) = (type, shape, quantization);
    }

    /// <summary>The element type.</summary>
    public ElementType Element { get; }

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>The scales and zero points of a quantized tensor, else null.</summary>
    public QuantParams? Quantization { get; }

    /// <summary>The number of bytes of all elements.</summary>
    public long ByteCount => Element.ByteCount(Shape.ElementCount);

    /// <summary>The elements as little-endian bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _data ??= new byte[ByteCount];

    /// <summary>Whether it was made by <see cref="Zeros"/> and nobody has read its elements.</summary>
    public bool IsUnread => _data is null;

    /// <summary>Type, shape and quantization together.</summary>
    public TensorType Type => new(Element, Shape, Quantization);

    /// <summary>A tensor of bytes that are all 0, which takes memory once its elements are read: for a network of which shapes alone matter.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="quantization">The scales and zero points of a quantized type; null for every other.</param>
    /// <exception cref="ArgumentException">The quantization does not fit the type.</exception>
    public static Tensor Zeros(ElementType type, Shape shape, QuantParams? quantization = null) => new(type, shape, quantization);

    /// <summary>Makes a tensor from numbers.</summary>
    /// <param name="values">The elements: float, double, byte, sbyte, short, int, long or bool.</param>
    /// <param name="shape">The shape; one dimension when not given.</param>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape? shape = null) where T : unmanaged =>
        new(TypeOf<T>(), shape ?? [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Makes a quantized tensor of signed 8-bit codes.</summary>
    public static Tensor FromCodes(ReadOnlySpan<sbyte> codes, Shape shape, QuantParams quantization) =>
        new(ElementType.QInt8, shape, MemoryMarshal.AsBytes(codes).ToArray(), quantization);

    /// <summary>The elements as numbers of the matching type: <c>sbyte</c> for <see cref="ElementType.QInt8"/>, and so on.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> does not match the element type.</exception>
    public ReadOnlySpan<T> As<T>() where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Element.Size() || (typeof(T) == typeof(float)) != (Element == ElementType.Float32))
            throw new InvalidOperationException($"A {Element} tensor cannot be read as {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes);
    }

    /// <summary>The elements as floats: quantized codes are dequantized, other types converted.</summary>
    public float[] ToFloats()
    {
        if (Element == ElementType.Float32) return As<float>().ToArray();
        var result = new float[checked((int)Shape.ElementCount)];
        if (Quantization is null)
        {
            for (int i = 0; i < result.Length; i++) result[i] = (float)ElementAt(i);
            return result;
        }
        int channels = Quantization.Scales.Length;
        int inner = 1;
        if (Quantization.Axis is int axis)
            for (int d = axis + 1; d < Shape.Rank; d++) inner *= Shape[d];
        for (int i = 0; i < result.Length; i++)
        {
            int channel = i / inner % channels;
            double zeroPoint = Quantization.HasFloatZeroPoints ? Quantization.FloatZeroPoints[channel] : Quantization.ZeroPoints[channel];
            result[i] = (float)Quantization.Scales[channel] * (float)(ElementAt(i) - zeroPoint);
        }
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => Type.ToString();

    private double ElementAt(int index) => Element switch
    {
        ElementType.Float32 => As<float>()[index],
        ElementType.Float64 => As<double>()[index],
        ElementType.Float16 => (double)As<Half>()[index],
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)As<ushort>()[index] << 16),
        ElementType.Bool or ElementType.UInt8 or ElementType.QUInt8 => As<byte>()[index],
        ElementType.QUInt4x2 => As<byte>()[index / 2] >> index % 2 * 4 & 15,
        ElementType.Int8 or ElementType.QInt8 => As<sbyte>()[index],
        ElementType.Int16 => As<short>()[index],
        ElementType.Int32 or ElementType.QInt32 => As<int>()[index],
        ElementType.Int64 => As<long>()[index],
        _ => throw new NotSupportedException($"A {Element} tensor has no float values."),
    };

    private static ElementType TypeOf<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : throw new NotSupportedException($"No element type matches {typeof(T).Name}.");
}
