using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class DynamicLinearTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Dynamic_linear_layers_equal_the_formula_to_the_bit(InstructionSet set)
    {
        var random = new Random(9);
        foreach (QuantizationBackend backend in Enum.GetValues<QuantizationBackend>())
            for (int i = 0; i < 40; i++)
            {
                (int inputs, int outputs, int batch) = (random.Next(1, 70), random.Next(1, 50), random.Next(1, 20));
                bool reduce = random.Next(2) == 0, perChannel = random.Next(2) == 0, relu = random.Next(3) == 0;
                double[] scales = random.Scales(perChannel ? outputs : 1);
                long[] zeros = new long[scales.Length];
                sbyte[] weight = random.SignedBytes(inputs * outputs);
                float[] bias = random.Floats(outputs);
                float offset = random.Next(3) - 1;
                float[] x = random.Floats(batch * inputs, offset - 1, offset + 1);

                var builder = new GraphBuilder([inputs]);
                string codes = builder.Add(new DynamicQuantize { Name = "q", Inputs = [GraphBuilder.Input], ReduceRange = reduce });
                string w = builder.Weight("w", weight, [outputs, inputs], perChannel ? QuantParams.PerChannel(scales, zeros, 0) : QuantParams.PerTensor(scales[0], 0));
                string y = builder.Linear("y", builder.Dequantize(codes), w, builder.Constant("b", bias));
                if (relu) y = builder.Relu("relu", y);
                var options = new CompileOptions { InstructionSet = set, Backend = backend, MaxBatch = batch, Threads = 1 + i % 2 };

                (double exactScale, int zeroPoint) = Choose(x.Min(), x.Max(), reduce ? 127 : 255);
                bool onednn = backend == QuantizationBackend.Onednn;
                // PyTorch hands oneDNN the inverses of the scales.
                float scale = onednn ? 1 / (float)(1 / exactScale) : (float)exactScale;
                bool fused = backend is QuantizationBackend.Fbgemm or QuantizationBackend.X86;
                var expected = new float[batch * outputs];
                for (int row = 0; row < batch; row++)
                    for (int o = 0; o < outputs; o++)
                    {
                        int sum = 0;
                        for (int k = 0; k < inputs; k++)
                            sum += (Quantize(backend, x[row * inputs + k], scale, zeroPoint) - zeroPoint) * weight[o * inputs + k];
                        float weightScale = (float)scales[perChannel ? o : 0];
                        if (onednn) weightScale = 1 / (perChannel ? 1 / weightScale : (float)(1 / scales[0]));
                        float factor = scale * weightScale;
                        float value = fused ? MathF.FusedMultiplyAdd(sum, factor, bias[o]) : sum * factor + bias[o];
                        expected[row * outputs + o] = relu ? Math.Max(value, 0) : value;
                    }
                Graph graph = builder.Build(y);
                Assert.Equal(expected, Runner.Run(graph, x, options));
                using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
                Assert.Equal(["quantize_dynamic", "linear_dynamic", "output"], compiled.Steps.Select(step => step.Kernel));
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Inputs_that_are_constant_or_tiny_get_the_scale_that_PyTorch_gives_them(InstructionSet set)
    {
        (float Value, float Scale, int ZeroPoint)[] cases = [(0, 0.1f, 0), (2.55f, 0.01f, 0), (-2.55f, 0.01f, 255), (1e-6f, 6.1e-5f, 0), (-1e-6f, 6.1e-5f, 255)];
        foreach ((float value, float scale, int zeroPoint) in cases)
        {
            var builder = new GraphBuilder([20]);
            string y = builder.Dequantize(builder.Add(new DynamicQuantize { Name = "q", Inputs = [GraphBuilder.Input], ReduceRange = false }));
            float[] result = Runner.Run(builder.Build(y), [.. Enumerable.Repeat(value, 20)], new CompileOptions { InstructionSet = set });
            Assert.All(result, x => Assert.Equal(scale * (QuantizedReference.Quantize(value, scale, zeroPoint) - zeroPoint), x));
        }
    }

    private static byte Quantize(QuantizationBackend backend, float x, float scale, int zeroPoint)
    {
        float inverse = 1 / scale, product = x * inverse;
        if (backend == QuantizationBackend.Qnnpack) return QuantizedReference.Quantize(x, scale, zeroPoint);
        float code = backend == QuantizationBackend.Onednn ? product + zeroPoint : MathF.FusedMultiplyAdd(x, inverse, zeroPoint);
        return (byte)Math.Clamp(MathF.Round(code), 0, 255);
    }

    /// <summary>ChooseQuantizationParams of QuantUtils.h for values that are not tiny.</summary>
    private static (double Scale, int ZeroPoint) Choose(float min, float max, int highest)
    {
        min = Math.Min(min, 0);
        max = Math.Max(max, 0);
        double scale = ((double)max - min) / highest;
        double fromMin = -min / scale, fromMax = highest - max / scale;
        double zeroPoint = -Math.Abs(min / scale) < highest - Math.Abs(max / scale) ? fromMin : fromMax;
        return (scale, (int)Math.Round(Math.Clamp(zeroPoint, 0, highest), MidpointRounding.ToEven));
    }
}
