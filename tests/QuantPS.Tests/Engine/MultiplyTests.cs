using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Products of values of one shape, and of images and numbers a channel.</summary>
public sealed class MultiplyTests
{
    private readonly Random _random = new(32);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Products_are_exact_for_every_pair_of_codes_and_at_every_length(InstructionSet set)
    {
        for (int length = 1; length <= 256; length++) CheckPairs(set, _random.Bytes(2 * length), length - 1, relu: length % 2 == 0);
        byte[] pairs = [.. Enumerable.Range(0, 65536).Select(i => (byte)(i & 255)), .. Enumerable.Range(0, 65536).Select(i => (byte)(i >> 8))];
        foreach (bool relu in new[] { false, true }) CheckPairs(set, pairs, _random.Next(256), relu);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_number_a_channel_scales_an_image_from_either_side(InstructionSet set)
    {
        for (int channels = 1; channels <= 67; channels++)
            foreach (bool numbersFirst in new[] { false, true })
                foreach (bool quantized in new[] { false, true })
                    CheckImage(set, channels, numbersFirst, quantized);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Products_of_floats_are_rounded_once_at_every_length(InstructionSet set)
    {
        for (int length = 1; length <= 70; length++)
        {
            float[] input = _random.Floats(2 * length, -4, 4);
            if (length > 2) (input[1], input[2]) = (float.NaN, float.PositiveInfinity);
            var builder = new GraphBuilder([2 * length]);
            string product = builder.Relu("relu", builder.Add(new Multiply { Name = "product", Inputs = [Half(builder, "a", 0, length), Half(builder, "b", length, length)] }), 6);
            float[] expected = [.. Enumerable.Range(0, length).Select(i => input[i] * input[length + i]).Select(x => float.IsNaN(x) ? x : Math.Clamp(x, 0, 6))];
            Assert.Equal(expected, Runner.Run(builder.Build(product), input, new CompileOptions { InstructionSet = set }));
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_a_fault_of_the_node()
    {
        var builder = new GraphBuilder([3, 4, 4]);
        string pool = builder.Add(new AdaptiveAvgPool2d { Name = "pool", Inputs = [GraphBuilder.Input], Output = 2 });
        string product = builder.Add(new Multiply { Name = "product", Inputs = [GraphBuilder.Input, pool] });
        Assert.Contains("cannot be multiplied", Assert.Throws<GraphException>(() => builder.Build(product)).Message);
    }

    private void CheckPairs(InstructionSet set, byte[] codes, int zeroPoint, bool relu)
    {
        int length = codes.Length / 2;
        (QuantParams left, QuantParams right, QuantParams to) = Parameters(zeroPoint);
        var builder = new GraphBuilder([2 * length]);
        string a = builder.Requantized(Half(builder, "a", 0, length), left), b = builder.Requantized(Half(builder, "b", length, length), right);
        string product = builder.Add(new Multiply { Name = "product", Inputs = [a, b] });
        if (relu) product = builder.Relu("relu", product);
        string result = builder.Quantize(product, to);
        float[] input = [.. QuantizedReference.Real(codes[..length], left), .. QuantizedReference.Real(codes[length..], right)];
        byte[] expected = [.. Enumerable.Range(0, length).Select(i => Product(codes[i], left, codes[length + i], right, to, relu))];
        Assert.Equal(expected, Runner.Codes(builder.Build(result), input, result, new CompileOptions { InstructionSet = set }));
    }

    private void CheckImage(InstructionSet set, int channels, bool numbersFirst, bool quantized)
    {
        const int Batch = 2, Pixels = 6;
        byte[] codes = _random.Bytes(Batch * channels * Pixels);
        (QuantParams ofImage, QuantParams ofNumbers, QuantParams to) = Parameters(_random.Next(256));
        var builder = new GraphBuilder([channels, 2, 3]);
        string image = quantized ? builder.Requantized(GraphBuilder.Input, ofImage) : GraphBuilder.Input;
        // The first pixel of each channel is the number.
        string column = builder.Add(new Slice { Name = "column", Inputs = [GraphBuilder.Input], Dimension = 2, End = 1 });
        string numbers = builder.Add(new Slice { Name = "numbers", Inputs = [column], Dimension = 3, End = 1 });
        if (quantized) numbers = builder.Requantized(numbers, ofNumbers);
        string product = builder.Add(new Multiply { Name = "product", Inputs = numbersFirst ? [numbers, image] : [image, numbers] });
        string result = quantized ? builder.Quantize(product, to) : product;
        float[] input = QuantizedReference.Real(codes, ofImage);
        var options = new CompileOptions { InstructionSet = set, MaxBatch = Batch, Threads = 1 + channels % 2 };
        if (!quantized)
        {
            Assert.Equal(input.Select((x, i) => x * input[i / Pixels * Pixels]), Runner.Run(builder.Build(result), input, options));
            return;
        }
        byte[] expected = [.. codes.Select((code, i) =>
        {
            byte number = QuantizedReference.Quantize(input[i / Pixels * Pixels], ofNumbers);
            return Product(code, ofImage, number, ofNumbers, to, relu: false);
        })];
        Assert.Equal(expected, Runner.Codes(builder.Build(result), input, result, options));
    }

    private (QuantParams, QuantParams, QuantParams) Parameters(int zeroPoint)
    {
        double[] scales = _random.Scales(2);
        // Some products are clamped.
        return (QuantParams.PerTensor(scales[0], zeroPoint), QuantParams.PerTensor(scales[1], _random.Next(256)),
            QuantParams.PerTensor(scales[0] * scales[1] * (20 + 200 * _random.NextDouble()), _random.Next(256)));
    }

    private static byte Product(byte left, QuantParams ofLeft, byte right, QuantParams ofRight, QuantParams to, bool relu)
    {
        float factor = ofLeft.Scale * ofRight.Scale;
        factor *= 1 / to.Scale;
        float scaled = (left - ofLeft.ZeroPoint) * (right - ofRight.ZeroPoint) * factor;
        double code = Math.Round((double)scaled, MidpointRounding.ToEven) + to.ZeroPoint;
        return (byte)Math.Clamp(code, relu ? to.ZeroPoint : 0, 255);
    }

    private static string Half(GraphBuilder builder, string name, int start, int length) =>
        builder.Add(new Slice { Name = name, Inputs = [GraphBuilder.Input], Dimension = 1, Start = start, End = start + length });
}
