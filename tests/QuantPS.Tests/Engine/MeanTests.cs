using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Means over height and width.</summary>
public sealed class MeanTests
{
    private readonly Random _random = new(33);

    private static readonly (int Height, int Width)[] Sizes = [(1, 1), (1, 3), (4, 4), (7, 7), (3, 16), (17, 17), (80, 60)];

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Means_of_codes_are_rounded_as_the_backend_does_it(InstructionSet set)
    {
        foreach (QuantizationBackend backend in new[] { QuantizationBackend.Fbgemm, QuantizationBackend.Qnnpack })
            foreach ((int height, int width) in Sizes)
                for (int channels = 1; channels <= 37; channels += height > 20 ? 9 : 1)
                {
                    const int Batch = 2;
                    int pixels = height * width;
                    byte[] codes = _random.Bytes(Batch * channels * pixels);
                    var parameters = QuantParams.PerTensor(_random.Scales(1)[0], _random.Next(256));
                    byte[] expected = [.. codes.Chunk(pixels).Select(plane => backend == QuantizationBackend.Qnnpack
                        ? OfQnnpack(plane, parameters) : QuantizedReference.Quantize(Mean([.. plane.Select(code => QuantizedReference.Dequantize(code, parameters))]), parameters))];
                    var options = new CompileOptions { InstructionSet = set, Backend = backend, MaxBatch = Batch, Threads = 1 + channels % 2 };
                    Assert.Equal(expected, Codes(codes, channels, height, width, parameters, keep: channels % 2 == 0, options));
                }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Means_of_floats_are_the_same_sums_on_every_rung(InstructionSet set)
    {
        foreach ((int height, int width) in Sizes)
            for (int channels = 1; channels <= 37; channels += height > 20 ? 9 : 1)
            {
                float[] input = _random.Floats(2 * channels * height * width, -1, 3);
                var builder = new GraphBuilder([channels, height, width]);
                Graph graph = builder.Build(builder.Add(new Mean { Name = "mean", Inputs = [GraphBuilder.Input], KeepDimensions = channels % 2 == 0 }));
                Assert.Equal(input.Chunk(height * width).Select(Mean), Runner.Run(graph, input, new CompileOptions { InstructionSet = set, MaxBatch = 2 }));
            }
    }

    private static byte[] Codes(byte[] codes, int channels, int height, int width, QuantParams parameters, bool keep, CompileOptions options)
    {
        var builder = new GraphBuilder([channels, height, width]);
        string mean = builder.Add(new Mean { Name = "mean", Inputs = [builder.Requantized(GraphBuilder.Input, parameters)], KeepDimensions = keep });
        string result = builder.Quantize(mean, parameters);
        return Runner.Codes(builder.Build(result), QuantizedReference.Real(codes, parameters), result, options);
    }

    /// <summary>Sums of sixteen, sums of sixteen of those, and so on; what is not whole stays in its level, and the levels are added at last.</summary>
    private static float Mean(float[] values)
    {
        float[] level = values;
        var rests = new float[4];
        for (int i = 0; i < rests.Length; i++)
        {
            int whole = i == rests.Length - 1 ? 0 : level.Length / 16 * 16;
            rests[i] = Sum(level[whole..]);
            level = [.. level[..whole].Chunk(16).Select(Sum)];
        }
        return Sum(rests) / values.Length;

        static float Sum(float[] numbers) => numbers.Aggregate(0f, (sum, x) => sum + x);
    }

    private static byte OfQnnpack(byte[] plane, QuantParams parameters)
    {
        float step = parameters.Scale * plane.Length, factor = parameters.Scale / step;
        float sum = plane.Sum(code => code - parameters.ZeroPoint);
        return (byte)Math.Clamp(Math.Round((double)(sum * factor), MidpointRounding.ToEven) + parameters.ZeroPoint, 0, 255);
    }
}
