using System.Runtime.InteropServices;

namespace QuantPS.Engine.Execution;

/// <summary>A value of a running graph. Its spans end with the call of the <see cref="ValueTap"/>.</summary>
public readonly ref struct TappedValue
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal TappedValue(string name, ElementType element, Shape shape, bool channelsLast, QuantParams? quantization, ReadOnlySpan<byte> bytes)
    {
        (Name, Element, Shape, ChannelsLast, Quantization) = (name, element, shape, channelsLast, quantization);
        _bytes = bytes;
    }

    /// <summary>The name of the value: of the node or the graph input that gives it.</summary>
    public string Name { get; }

    /// <summary><see cref="ElementType.Float32"/> or <see cref="ElementType.QUInt8"/>.</summary>
    public ElementType Element { get; }

    /// <summary>The shape in PyTorch's order (NCHW), with the batch of the run.</summary>
    public Shape Shape { get; }

    /// <summary>Whether the elements lie in memory as NHWC; else they lie in PyTorch's order.</summary>
    public bool ChannelsLast { get; }

    /// <summary>Scale and zero point of codes; null for floats.</summary>
    public QuantParams? Quantization { get; }

    /// <summary>The elements of a float value as they lie in memory; empty for codes.</summary>
    public ReadOnlySpan<float> Floats => Element == ElementType.Float32 ? MemoryMarshal.Cast<byte, float>(_bytes) : [];

    /// <summary>The elements of a quantized value as they lie in memory; empty for floats.</summary>
    public ReadOnlySpan<byte> Codes => Element == ElementType.Float32 ? [] : _bytes;

    /// <summary>The elements as floats in PyTorch's order; codes are dequantized.</summary>
    public float[] ToFloats()
    {
        if (Element == ElementType.Float32) return InOrder(Floats);
        byte[] codes = ToCodes();
        var result = new float[codes.Length];
        (float scale, int zeroPoint) = (Quantization!.Scale, Quantization.ZeroPoint);
        for (int i = 0; i < codes.Length; i++) result[i] = scale * (codes[i] - zeroPoint);
        return result;
    }

    /// <summary>The codes in PyTorch's order; empty for floats.</summary>
    public byte[] ToCodes() => InOrder(Codes);

    private T[] InOrder<T>(ReadOnlySpan<T> elements)
    {
        if (!ChannelsLast || elements.IsEmpty) return elements.ToArray();
        var result = new T[elements.Length];
        (int channels, int pixels) = (Shape[1], Shape[2] * Shape[3]);
        for (int n = 0; n < Shape[0]; n++)
        {
            int start = n * channels * pixels;
            for (int p = 0; p < pixels; p++)
                for (int c = 0; c < channels; c++)
                    result[start + c * pixels + p] = elements[start + p * channels + c];
        }
        return result;
    }
}
