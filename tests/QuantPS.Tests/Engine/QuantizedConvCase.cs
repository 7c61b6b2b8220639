using QuantPS.Engine;

namespace QuantPS.Tests.Engine;

/// <summary>A quantized convolution with random numbers, and the codes that it must give.</summary>
internal sealed class QuantizedConvCase
{
    private readonly string _text;

    public QuantizedConvCase(ConvCase c, Random random, int? inputZero = null, int? outputZero = null)
    {
        bool perChannel = random.Next(2) == 0, shifted = random.Next(6) == 0;
        Backend = random.Next(3) switch { 0 => QuantizationBackend.Fbgemm, 1 => QuantizationBackend.Qnnpack, _ => QuantizationBackend.Onednn };
        float? relu = random.Next(4) switch { 0 => float.PositiveInfinity, 1 => 6, _ => null };
        var input = QuantParams.PerTensor(random.Scales(1)[0], inputZero ?? random.Next(256));
        // Wide enough for most sums, with some that saturate.
        double outputScale = input.Scales[0] * Math.Sqrt(c.Weight.ElementCount / (double)c.Outputs) * (0.1 + random.NextDouble());
        var output = QuantParams.PerTensor(outputScale, outputZero ?? random.Next(256));
        double[] weightScales = random.Scales(perChannel ? c.Outputs : 1);
        long[] weightZeros = [.. weightScales.Select(_ => shifted ? random.NextInt64(-128, 128) : 0)];
        QuantParams weights = perChannel ? QuantParams.PerChannel(weightScales, weightZeros, 0) : QuantParams.PerTensor(weightScales[0], weightZeros[0]);

        byte[] codes = random.Bytes(c.Input.ElementCount * c.Batch);
        // Kernels may take lines without codes above 127 another way.
        int small = random.Next(3) switch { 0 => 0, 1 => codes.Length / 2, _ => codes.Length };
        for (int i = 0; i < small; i++) codes[i] &= 127;
        sbyte[] weight = random.SignedBytes(c.Weight.ElementCount);
        if (random.Next(2) == 0) weight = Array.ConvertAll(weight, w => (sbyte)(w / 4));
        float[]? bias = random.Next(5) == 0 ? null : random.Floats(c.Outputs, -0.5f, 0.5f);

        var builder = new GraphBuilder(c.Input);
        string x = builder.Requantized(GraphBuilder.Input, input);
        string value = builder.Conv2d("c", x, builder.Weight("c.weight", weight, c.Weight, weights), bias is null ? null : builder.Constant("c.bias", bias), c.Window, c.Groups);
        if (relu is { } maximum) value = builder.Relu("relu", value, maximum);
        Output = builder.Quantize(value, output);
        Graph = builder.Build(Output);
        Input = QuantizedReference.Real(codes, input);
        int perOutput = weight.Length / c.Outputs;
        Expected = c.Convolve(
            (i, w) => (codes[i] - input.ZeroPoint) * (weight[w] - (int)weightZeros[perChannel ? w / perOutput : 0]), (a, b) => a + b, (sum, _) => sum)
            .Select((sum, i) => QuantizedReference.Requantize(
                sum, bias?[Channel(i)], Backend, input.Scale, (float)weightScales[perChannel ? Channel(i) : 0], perChannel, output, relu))
            .ToArray();
        _text = $"{c}, {Backend}, {(perChannel ? "per channel" : "per tensor")}, weight zero points {shifted}, relu {relu}, input {input}, output {output}";

        int Channel(int index) => index / (c.Output.Height * c.Output.Width) % c.Outputs;
    }

    public QuantizationBackend Backend { get; }

    public Graph Graph { get; }

    public float[] Input { get; }

    public string Output { get; }

    public byte[] Expected { get; }

    public override string ToString() => _text;
}
