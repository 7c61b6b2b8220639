using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A weight matrix with its bias, and the kernels that multiply by it.</summary>
/// <param name="Weight">(outputs, inputs): floats of 32 or 16 bits, or int8.</param>
/// <param name="Bias">One number an output; null for none.</param>
internal sealed record LinearParameters(Tensor Weight, float[]? Bias)
{
    public bool IsInt8 => Weight.Element == ElementType.QInt8;

    /// <summary>The outputs of all, one behind another.</summary>
    public static LinearParameters Join(LinearParameters[] parts)
    {
        if (parts is [var only]) return only;
        Tensor first = parts[0].Weight;
        int outputs = parts.Sum(part => part.Weight.Shape[0]);
        byte[] elements = [.. parts.SelectMany(part => part.Weight.Bytes.ToArray())];
        QuantParams? quantization = first.Quantization is null ? null : QuantParams.PerChannel(
            [.. parts.SelectMany(part => Each(part.Weight, part.Weight.Quantization!.Scales.ToArray()))],
            [.. parts.SelectMany(part => Each(part.Weight, part.Weight.Quantization!.ZeroPoints.ToArray()))], 0);
        float[]? bias = parts[0].Bias is null ? null : [.. parts.SelectMany(part => part.Bias!)];
        return new(new Tensor(first.Element, [outputs, first.Shape[1]], elements, quantization), bias);
    }

    /// <summary>Some of the outputs, in another order.</summary>
    public LinearParameters Rows(int[] rows)
    {
        int rowBytes = Weight.Bytes.Length / Weight.Shape[0];
        var elements = new byte[rows.Length * rowBytes];
        for (int i = 0; i < rows.Length; i++) Weight.Bytes.Slice(rows[i] * rowBytes, rowBytes).CopyTo(elements.AsSpan(i * rowBytes));
        QuantParams? quantization = Weight.Quantization is not { Scales.Length: > 1 } channels ? Weight.Quantization
            : QuantParams.PerChannel(Array.ConvertAll(rows, row => channels.Scales[row]), Array.ConvertAll(rows, row => channels.ZeroPoints[row]), 0);
        return new(new Tensor(Weight.Element, [rows.Length, Weight.Shape[1]], elements, quantization), Bias is null ? null : Array.ConvertAll(rows, row => Bias[row]));
    }

    /// <summary>The product of floats.</summary>
    public Kernel Float(KernelTable kernels, Value input, Value output)
    {
        using var weights = new FloatWeights(Weight);
        return kernels.Conv2d(new(input, output, ConvGeometry.OfLinear(input, Weight), weights, BiasOrZero,
            float.NegativeInfinity, float.PositiveInfinity, "linear"));
    }

    /// <summary>The product of codes, whose scale is chosen as it runs, to floats.</summary>
    public Kernel Dynamic(KernelTable kernels, Value codes, int maxRows, Value output, QuantizationBackend backend)
    {
        bool onednn = backend is QuantizationBackend.Onednn;
        float[] scales = Array.ConvertAll(WeightScales.Of(Weight), scale => onednn ? 1 / (1 / scale) : scale);
        using var weights = new CodeWeights(Weight);
        return kernels.DynamicLinear(new(codes, codes.DynamicParameters(maxRows), output, ConvGeometry.OfLinear(codes, Weight), weights, scales, BiasOrZero,
            backend is QuantizationBackend.Fbgemm or QuantizationBackend.X86, onednn, float.NegativeInfinity, float.PositiveInfinity, maxRows));
    }

    private float[] BiasOrZero => Bias ?? new float[Weight.Shape[0]];

    private static IEnumerable<T> Each<T>(Tensor weight, T[] values) => values.Length == 1 ? Enumerable.Repeat(values[0], weight.Shape[0]) : values;
}
