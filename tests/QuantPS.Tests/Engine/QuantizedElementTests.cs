using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Operators on codes that see one element at a time: all lengths that vectors split differently, all zero points.</summary>
public sealed class QuantizedElementTests
{
    private readonly Random _random = new(8);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Quantize_and_dequantize_are_exact_at_every_length_and_zero_point(InstructionSet set)
    {
        for (int length = 1; length <= 256; length++)
        {
            var parameters = QuantParams.PerTensor(_random.Scales(1)[0], length - 1);
            float[] input = _random.Floats(length, -4, 4);
            var builder = new GraphBuilder([length]);
            string codes = builder.Quantize(GraphBuilder.Input, parameters);
            Graph graph = builder.Build(builder.Dequantize(codes));

            byte[] expected = [.. input.Select(x => QuantizedReference.Quantize(x, parameters))];
            var options = new CompileOptions { InstructionSet = set };
            Assert.Equal(expected, Runner.Codes(graph, input, codes, options));
            Assert.Equal(QuantizedReference.Real(expected, parameters), Runner.Run(graph, input, options));
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Quantize_rounds_half_to_even_and_clamps_what_is_out_of_range(InstructionSet set)
    {
        float[] input = [0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f, 127.5f, 300, -300, 1e30f, -1e30f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -0f];
        byte[] expected = [100, 102, 102, 100, 98, 226, 228, 255, 0, 255, 0, 255, 255, 0, 255, 100];
        var builder = new GraphBuilder([input.Length]);
        string codes = builder.Quantize(GraphBuilder.Input, QuantParams.PerTensor(1, 100));
        Assert.Equal(expected, Runner.Codes(builder.Build(codes), input, codes, new CompileOptions { InstructionSet = set }));
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Relu_and_relu6_between_equal_and_unequal_scales_are_exact_for_every_code(InstructionSet set)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        for (int zeroPoint = 0; zeroPoint < 256; zeroPoint++)
            foreach (float maximum in new[] { float.PositiveInfinity, 6 })
                foreach (bool same in new[] { true, false })
                {
                    var from = QuantParams.PerTensor(0.05, zeroPoint);
                    QuantParams to = same ? from : QuantParams.PerTensor(_random.Scales(1)[0] * 4, _random.Next(256));
                    var builder = new GraphBuilder([256]);
                    string codes = builder.Quantize(builder.Relu("r", builder.Requantized(GraphBuilder.Input, from), maximum), to);
                    byte[] expected = [.. all.Select(code => QuantizedReference.Quantize(Math.Clamp(QuantizedReference.Dequantize(code, from), 0, maximum), to))];
                    Assert.Equal(expected, Runner.Codes(builder.Build(codes), QuantizedReference.Real(all, from), codes, new CompileOptions { InstructionSet = set }));
                }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Sums_are_exact_for_every_pair_of_codes_and_at_every_length(InstructionSet set)
    {
        foreach (QuantizationBackend backend in new[] { QuantizationBackend.Fbgemm, QuantizationBackend.Qnnpack })
        {
            for (int length = 1; length <= 256; length++) CheckSum(set, backend, _random.Bytes(2 * length), length - 1, relu: length % 3);
            byte[] pairs = [.. Enumerable.Range(0, 65536).Select(i => (byte)(i & 255)), .. Enumerable.Range(0, 65536).Select(i => (byte)(i >> 8))];
            for (int relu = 0; relu < 3; relu++) CheckSum(set, backend, pairs, _random.Next(256), relu);
        }
    }

    /// <summary>The first half of the codes is the left value, the second the right one.</summary>
    private void CheckSum(InstructionSet set, QuantizationBackend backend, byte[] codes, int zeroPoint, int relu)
    {
        int length = codes.Length / 2;
        double[] scales = _random.Scales(3);
        var left = QuantParams.PerTensor(scales[0], zeroPoint);
        var right = QuantParams.PerTensor(scales[1], _random.Next(256));
        var to = QuantParams.PerTensor(2 * scales[2], _random.Next(256));
        float? maximum = relu switch { 1 => float.PositiveInfinity, 2 => 6, _ => null };

        // One input that holds both halves, each quantized by itself.
        var builder = new GraphBuilder([2 * length]);
        string a = builder.Requantized(builder.Add(new Slice { Name = "a", Inputs = [GraphBuilder.Input], Dimension = 1, End = length }), left);
        string b = builder.Requantized(builder.Add(new Slice { Name = "b", Inputs = [GraphBuilder.Input], Dimension = 1, Start = length }), right);
        string sum = builder.Add(new Add { Name = "sum", Inputs = [a, b] });
        if (maximum is { } top) sum = builder.Relu("relu", sum, top);
        string result = builder.Quantize(sum, to);

        float[] input = [.. QuantizedReference.Real(codes[..length], left), .. QuantizedReference.Real(codes[length..], right)];
        byte[] expected = [.. Enumerable.Range(0, length).Select(i =>
        {
            if (backend == QuantizationBackend.Qnnpack)
            {
                byte code = QuantizedReference.QnnpackSum(codes[i], left, codes[length + i], right, to);
                return maximum is { } most ? Math.Clamp(code, (byte)to.ZeroPoint, QuantizedReference.Quantize(most, to)) : code;
            }
            float real = QuantizedReference.DequantizeFused(codes[i], left) + QuantizedReference.DequantizeFused(codes[length + i], right);
            return QuantizedReference.Quantize(maximum is { } m ? Math.Clamp(real, 0, m) : real, to);
        })];
        Assert.Equal(expected, Runner.Codes(builder.Build(result), input, result, new CompileOptions { InstructionSet = set, Backend = backend }));
    }
}
