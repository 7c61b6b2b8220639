using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class QuantizedConvTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Convolutions_of_codes_of_every_shape_equal_the_definition_to_the_byte(InstructionSet set)
    {
        foreach ((int index, ConvCase c) in ConvCase.All(seed: 11, count: 150).Index())
        {
            var test = new QuantizedConvCase(c, new Random(index));
            byte[] codes = Runner.Codes(test.Graph, test.Input, test.Output, new CompileOptions
            {
                InstructionSet = set, Backend = test.Backend, MaxBatch = c.Batch, Threads = 1 + index % 20 / 17,
            });
            Assert.True(test.Expected.AsSpan().SequenceEqual(codes), $"case {index}: {test}");
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Every_zero_point_of_the_input_and_the_output_is_exact(InstructionSet set)
    {
        for (int zeroPoint = 0; zeroPoint < 256; zeroPoint++)
        {
            foreach (int groups in new[] { 1, 5 })
            {
                var test = new QuantizedConvCase(new(3, 4, 5, 5, new(3, 1, 1), groups), new Random(zeroPoint), zeroPoint, 255 - zeroPoint);
                byte[] codes = Runner.Codes(test.Graph, test.Input, test.Output, new CompileOptions { InstructionSet = set, Backend = test.Backend });
                Assert.True(test.Expected.AsSpan().SequenceEqual(codes), $"zero point {zeroPoint}: {test}");
            }
        }
    }

    [Fact]
    public void The_result_is_the_same_at_any_thread_count()
    {
        foreach (ConvCase c in new ConvCase[] { new(17, 19, 24, 40, new(3, 1, 1)), new(30, 30, 48, 48, new(3, 1, 1), Groups: 48), new(1, 1, 512, 700, new(1, 1, 0)) })
        {
            var test = new QuantizedConvCase(c, new Random(3));
            foreach (int threads in new[] { 1, 2, 3, 4 })
                Assert.Equal(test.Expected, Runner.Codes(test.Graph, test.Input, test.Output, new CompileOptions { Backend = test.Backend, Threads = threads }));
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void The_largest_codes_and_weights_do_not_saturate_on_the_way(InstructionSet set)
    {
        foreach (int groups in new[] { 1, 16 })
        {
            var c = new ConvCase(4, 4, 16, 16, new(3, 1, 1), groups);
            var builder = new GraphBuilder(c.Input);
            string x = builder.Requantized(GraphBuilder.Input, QuantParams.PerTensor(1, 0));
            sbyte[] weight = [.. Enumerable.Repeat((sbyte)-128, (int)c.Weight.ElementCount)];
            string w = builder.Weight("w", weight, c.Weight, QuantParams.PerTensor(1, 0));
            // 9 taps of 16 channels, or of one, times 255 times -128 lie within 8 bits of a scale of 2^15 or 2^11.
            string y = builder.Quantize(builder.Conv2d("c", x, w, null, c.Window, groups), QuantParams.PerTensor(groups == 1 ? 32768 : 2048, 255));
            float[] input = [.. Enumerable.Repeat(255f, 16 * 16)];

            byte[] expected = c.Convolve((_, _) => 255 * -128, (a, b) => a + b, (sum, _) => sum)
                .Select(sum => (byte)(255 + Math.Round(sum / (groups == 1 ? 32768.0 : 2048.0)))).ToArray();
            Assert.Equal(expected, Runner.Codes(builder.Build(y), input, y, new CompileOptions { InstructionSet = set }));
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void The_largest_products_are_exact_beside_each_other_wherever_they_lie(InstructionSet set)
    {
        foreach (int groups in new[] { 1, 16 })
            foreach (int code in new[] { 0, 255 })
                // Every second, third ... weight is -128, the others are the largest that have 8 bits.
                for (int period = 1; period <= 5; period++)
                    foreach (sbyte other in new sbyte[] { -127, 127 })
                    {
                        var c = new ConvCase(4, 4, 16, 16, new(3, 1, 1), groups);
                        var builder = new GraphBuilder(c.Input);
                        var from = QuantParams.PerTensor(1, 255 - code);
                        sbyte[] weight = [.. Enumerable.Range(0, (int)c.Weight.ElementCount)
                            .Select(i => (groups == 1 ? i / 9 % 16 : i % 9) % period == 0 ? (sbyte)-128 : other)];
                        string w = builder.Weight("w", weight, c.Weight, QuantParams.PerTensor(1, 0));
                        int scale = groups == 1 ? 65536 : 4096;
                        string y = builder.Quantize(builder.Conv2d("c", builder.Requantized(GraphBuilder.Input, from), w, null, c.Window, groups), QuantParams.PerTensor(scale, 128));
                        float[] input = [.. Enumerable.Repeat(QuantizedReference.Dequantize((byte)code, from), 16 * 16)];
                        byte[] expected = c.Convolve((_, i) => (2 * code - 255) * weight[i], (a, b) => a + b, (sum, _) => sum)
                            .Select(sum => (byte)(128 + Math.Round(sum / (double)scale))).ToArray();
                        Assert.Equal(expected, Runner.Codes(builder.Build(y), input, y, new CompileOptions { InstructionSet = set }));
                    }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Products_that_just_fit_together_in_16_bits_are_exact(InstructionSet set)
    {
        var c = new ConvCase(4, 4, 16, 16, new(3, 1, 1));
        var from = QuantParams.PerTensor(1, 0);
        // Two, four and six weights times 127 reach the limits of 16 bits at 129, 64 and 43.
        foreach (int weight in new[] { 42, 43, 44, 63, 64, 65, 86, 127, -42, -43, -44, -64, -65, -128 })
            foreach (int code in new[] { 126, 127, 128, 255 })
            {
                var builder = new GraphBuilder(c.Input);
                string w = builder.Weight("w", [.. Enumerable.Repeat((sbyte)weight, (int)c.Weight.ElementCount)], c.Weight, QuantParams.PerTensor(1, 0));
                string y = builder.Quantize(
                    builder.Conv2d("c", builder.Requantized(GraphBuilder.Input, from), w, null, c.Window), QuantParams.PerTensor(32768, weight < 0 ? 255 : 0));
                float[] input = [.. Enumerable.Repeat((float)code, 16 * 16)];
                byte[] expected = c.Convolve((_, _) => code * weight, (a, b) => a + b, (sum, _) => sum)
                    .Select(sum => (byte)((weight < 0 ? 255 : 0) + Math.Round(sum / 32768.0))).ToArray();
                Assert.Equal(expected, Runner.Codes(builder.Build(y), input, y, new CompileOptions { InstructionSet = set }));
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Sums_that_no_integer_can_hold_after_their_factor_saturate(InstructionSet set)
    {
        foreach (QuantizationBackend backend in Enum.GetValues<QuantizationBackend>())
            foreach (int groups in new[] { 1, 16 })
            {
                var c = new ConvCase(4, 4, 16, 16, new(3, 1, 1), groups);
                var builder = new GraphBuilder(c.Input);
                string x = builder.Requantized(GraphBuilder.Input, QuantParams.PerTensor(1000, 0));
                sbyte[] weight = [.. Enumerable.Range(0, (int)c.Weight.ElementCount).Select(i => (sbyte)(i / (c.Weight.ElementCount / 16) % 2 == 0 ? 127 : -127))];
                string w = builder.Weight("w", weight, c.Weight, QuantParams.PerTensor(1000, 0));
                string y = builder.Quantize(builder.Conv2d("c", x, w, null, c.Window, groups), QuantParams.PerTensor(0.001, 100));
                float[] input = [.. Enumerable.Repeat(255_000f, 16 * 16)];
                byte[] expected = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)(i / 16 % 2 == 0 ? 255 : 0))];
                Assert.Equal(expected, Runner.Codes(builder.Build(y), input, y, new CompileOptions { InstructionSet = set, Backend = backend }));
            }
    }
}
