using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Operators on images of codes that move or gather them, on every rung and thread count.</summary>
public sealed class QuantizedImageTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Max_pools_of_codes_equal_the_definition(InstructionSet set)
    {
        var random = new Random(2);
        foreach ((int channels, Window2 window) in Windows(random, dilated: true))
            Check(set, channels, new MaxPool2d { Name = "op", Inputs = [], Window = window }, window, (codes, q, taps, _) => taps.Count == 0 ? (byte)0 : taps.Max(i => codes[i]));
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Average_pools_of_codes_equal_the_definition(InstructionSet set)
    {
        var random = new Random(3);
        foreach ((int channels, Window2 window) in Windows(random, dilated: false))
            foreach (bool include in new[] { true, false })
                Check(set, channels, new AvgPool2d { Name = "op", Inputs = [], Window = window, CountIncludePad = include }, window, (codes, q, taps, padded) =>
                {
                    if (taps.Count == 0) return (byte)q.ZeroPoint;
                    float factor = 1f / (include ? padded : taps.Count);
                    int sum = taps.Sum(i => codes[i] - q.ZeroPoint);
                    return (byte)Math.Clamp(q.ZeroPoint + Math.Round((double)(sum * factor), MidpointRounding.ToEven), 0, 255);
                });
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Adaptive_average_pools_of_codes_equal_the_definition(InstructionSet set)
    {
        var random = new Random(4);
        foreach (int channels in new[] { 1, 7, 16, 33 })
            for (int i = 0; i < 6; i++)
            {
                (int h, int w) = (random.Next(1, 9), random.Next(1, 9));
                Size2 output = i == 0 ? 1 : new Size2(random.Next(1, h + 3), random.Next(1, w + 3));
                var q = QuantParams.PerTensor(random.Scales(1)[0], random.Next(256));
                byte[] codes = random.Bytes(channels * h * w);
                byte[] expected = new byte[channels * output.Height * output.Width];
                for (int c = 0, at = 0; c < channels; c++)
                    for (int y = 0; y < output.Height; y++)
                        for (int x = 0; x < output.Width; x++)
                        {
                            int top = y * h / output.Height, bottom = (int)Math.Ceiling((y + 1.0) * h / output.Height);
                            int left = x * w / output.Width, right = (int)Math.Ceiling((x + 1.0) * w / output.Width);
                            int sum = 0;
                            for (int r = top; r < bottom; r++)
                                for (int s = left; s < right; s++)
                                    sum += codes[(c * h + r) * w + s] - q.ZeroPoint;
                            int count = (bottom - top) * (right - left);
                            // PyTorch's kernel takes the scale 1 / (1 / n) and its reciprocal.
                            float factor = 1f / (1f / (1f / count));
                            expected[at++] = (byte)Math.Clamp(q.ZeroPoint + Math.Round((double)(sum * factor), MidpointRounding.ToEven), 0, 255);
                        }
                Check(set, [channels, h, w], q, codes, new AdaptiveAvgPool2d { Name = "op", Inputs = [], Output = output }, expected, 1);
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Pad_slice_and_flatten_move_codes_as_they_move_floats(InstructionSet set)
    {
        Node[] nodes =
        [
            new Pad { Name = "op", Inputs = [], Before = [0, 2, 1, 0], After = [0, 3, 0, 2] },
            new Pad { Name = "op", Inputs = [], Before = [0, 0, 0, 0], After = [0, 0, 0, 0] },
            new Slice { Name = "op", Inputs = [], Dimension = 1, Start = 1, Step = 2 },
            new Slice { Name = "op", Inputs = [], Dimension = 2, Start = 0, End = 4, Step = 3 },
            new Slice { Name = "op", Inputs = [], Dimension = 3, Start = 2 },
            new Flatten { Name = "op", Inputs = [] },
        ];
        var random = new Random(5);
        foreach (Node node in nodes)
        {
            var q = QuantParams.PerTensor(0.5, 37);
            byte[] codes = random.Bytes(2 * 5 * 6 * 7);
            // Numbers that tell where they come from; zeros are what padding gives.
            float[] real = QuantizedReference.Real(codes, q);
            var builder = new GraphBuilder([5, 6, 7]);
            Graph graph = builder.Build(builder.Add(node with { Inputs = [GraphBuilder.Input] }));
            float[] moved = Runner.Run(graph, real, new CompileOptions { InstructionSet = set, MaxBatch = 2 });
            if (node is Flatten) Assert.Equal(real, moved);
            Check(set, [5, 6, 7], q, codes, node, [.. moved.Select(x => QuantizedReference.Quantize(x, q))], 2);
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Concat_requantizes_each_input_by_itself(InstructionSet set)
    {
        var random = new Random(6);
        foreach (int dimension in new[] { 1, 2, 3 })
            foreach (int channels in new[] { 1, 16, 35 })
            {
                QuantParams[] from = [QuantParams.PerTensor(0.02, 3), QuantParams.PerTensor(0.03, 130)];
                QuantParams to = from[1];
                var builder = new GraphBuilder([channels, 3, 4]);
                string a = builder.Requantized(builder.Relu("a", GraphBuilder.Input), from[0]);
                string b = builder.Requantized(builder.Relu("b", GraphBuilder.Input, 2), from[1]);
                string result = builder.Quantize(builder.Add(new Concat { Name = "cat", Inputs = [a, b], Dimension = dimension }), to);
                float[] input = random.Floats(channels * 12 * 2, -4, 4);

                float[] Requantized(float low, float high, QuantParams q) =>
                    [.. input.Select(x => QuantizedReference.Dequantize(QuantizedReference.Quantize(Math.Clamp(x, low, high), q), q))];
                float[] left = Requantized(0, float.PositiveInfinity, from[0]), right = Requantized(0, 2, from[1]);
                // The elements before the joined dimension, and those in it and behind it.
                int outer = 2 * new[] { 1, channels, channels * 3 }[dimension - 1], run = input.Length / outer;
                byte[] expected = [.. Enumerable.Range(0, outer).SelectMany(o => left.Skip(o * run).Take(run).Concat(right.Skip(o * run).Take(run))).Select(x => QuantizedReference.Quantize(x, to))];
                Assert.Equal(expected, Runner.Codes(builder.Build(result), input, result, new CompileOptions { InstructionSet = set, MaxBatch = 2, Threads = 2 }));
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Batch_norms_of_codes_equal_the_formula(InstructionSet set)
    {
        var random = new Random(7);
        for (int channels = 1; channels <= 33; channels++)
        {
            QuantParams from = QuantParams.PerTensor(random.Scales(1)[0], random.Next(256)), to = QuantParams.PerTensor(0.02, random.Next(256));
            float[] gamma = random.Floats(channels, 0.5f, 2), beta = random.Floats(channels), mean = random.Floats(channels), variance = random.Floats(channels, 0.1f, 3);
            byte[] codes = random.Bytes(channels * 12);
            bool relu = channels % 2 == 0;
            var builder = new GraphBuilder([channels, 3, 4]);
            string x = builder.Requantized(GraphBuilder.Input, from);
            string value = builder.Add(new BatchNorm2d
            {
                Name = "bn",
                Inputs = [x, builder.Constant("g", gamma), builder.Constant("b", beta), builder.Constant("m", mean), builder.Constant("v", variance)],
            });
            if (relu) value = builder.Relu("relu", value);
            string result = builder.Quantize(value, to);
            byte[] expected = [.. codes.Select((code, i) =>
            {
                int c = i / 12;
                float inverse = (float)(1.0 / MathF.Sqrt(variance[c] + 1e-5f));
                float alpha = (float)((double)(inverse * gamma[c]) * (from.Scales[0] / to.Scales[0]));
                float summand = (float)((double)(beta[c] - mean[c] * inverse * gamma[c]) / to.Scales[0]);
                double rounded = Math.Round((double)MathF.FusedMultiplyAdd(alpha, code - from.ZeroPoint, summand), MidpointRounding.ToEven);
                return (byte)Math.Clamp(to.ZeroPoint + rounded, relu ? to.ZeroPoint : 0, 255);
            })];
            Assert.Equal(expected, Runner.Codes(builder.Build(result), QuantizedReference.Real(codes, from), result, new CompileOptions { InstructionSet = set }));
        }
    }

    /// <summary>Windows with each number of channels.</summary>
    private static IEnumerable<(int Channels, Window2 Window)> Windows(Random random, bool dilated)
    {
        for (int channels = 1; channels <= 33; channels += 2)
            for (int i = 0; i < 3; i++)
            {
                Size2 kernel = new(random.Next(1, 4), random.Next(1, 4));
                Size2 padding = new(random.Next(0, kernel.Height / 2 + 1), random.Next(0, kernel.Width / 2 + 1));
                yield return (channels, new(kernel, new Size2(random.Next(1, 3), random.Next(1, 3)), padding, dilated ? random.Next(1, 3) : 1, CeilMode: random.Next(2) == 0));
            }
        yield return (32, new(3, 2, 1));
    }

    /// <summary>Checks a window operator; the formula gets the codes, the indices inside the image, and the size of the window with padding.</summary>
    private static void Check(InstructionSet set, int channels, Node node, Window2 window, Func<byte[], QuantParams, List<int>, int, byte> formula)
    {
        const int Height = 7, Width = 6, Batch = 2;
        var random = new Random(channels);
        var q = QuantParams.PerTensor(random.Scales(1)[0], random.Next(256));
        byte[] codes = random.Bytes(Batch * channels * Height * Width);
        Size2 output = window.Output(Height, Width);
        var expected = new List<byte>();
        for (int plane = 0; plane < Batch * channels; plane++)
            for (int row = 0; row < output.Height; row++)
                for (int column = 0; column < output.Width; column++)
                {
                    int top = row * window.Stride.Height - window.Padding.Height, left = column * window.Stride.Width - window.Padding.Width;
                    var taps = new List<int>();
                    for (int ky = 0; ky < window.Kernel.Height; ky++)
                        for (int kx = 0; kx < window.Kernel.Width; kx++)
                        {
                            (int y, int x) = (top + ky * window.Dilation.Height, left + kx * window.Dilation.Width);
                            if (y >= 0 && x >= 0 && y < Height && x < Width) taps.Add((plane * Height + y) * Width + x);
                        }
                    int padded = (Math.Min(top + window.Kernel.Height, Height + window.Padding.Height) - top)
                        * (Math.Min(left + window.Kernel.Width, Width + window.Padding.Width) - left);
                    expected.Add(formula(codes, q, taps, padded));
                }
        Check(set, [channels, Height, Width], q, codes, node, [.. expected], Batch);
    }

    private static void Check(InstructionSet set, Shape shape, QuantParams q, byte[] codes, Node node, byte[] expected, int batch)
    {
        var builder = new GraphBuilder(shape);
        string result = builder.Quantize(builder.Add(node with { Inputs = [builder.Requantized(GraphBuilder.Input, q)] }), q);
        Graph graph = builder.Build(result);
        foreach (int threads in new[] { 1, 2 })
        {
            var options = new CompileOptions { InstructionSet = set, MaxBatch = batch, Threads = threads };
            using (CompiledGraph compiled = CompiledGraph.Compile(graph, options)) Assert.DoesNotContain(compiled.Steps, step => step.Kernel == "quantize");
            byte[] actual = Runner.Codes(graph, QuantizedReference.Real(codes, q), result, options);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{node} of {shape}, {q}");
        }
    }
}
