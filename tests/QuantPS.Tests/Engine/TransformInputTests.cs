using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>The factor and the summand of each channel of the input.</summary>
public sealed class TransformInputTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Channels_are_scaled_and_shifted_with_two_roundings_at_every_width(InstructionSet set)
    {
        for (int width = 1; width <= 40; width++)
            foreach (int channels in width % 8 == 0 ? new[] { 1, 3, 4 } : [3])
                foreach (bool quantized in new[] { false, true })
                    foreach (bool atInput in new[] { false, true })
                        Check(set, channels, width, quantized, atInput);
    }

    [Fact]
    public void Numbers_that_do_not_fit_the_channels_are_a_fault_of_the_node()
    {
        var builder = new GraphBuilder([3, 2, 2]);
        string x = builder.Add(new TransformInput { Name = "t", Inputs = [GraphBuilder.Input], Scale = [1, 2], Shift = [0, 0, 0] });
        Assert.Contains("do not fit 3 channels", Assert.Throws<GraphException>(() => builder.Build(x)).Message);
    }

    private static void Check(InstructionSet set, int channels, int width, bool quantized, bool atInput)
    {
        const int Batch = 2, Height = 37;
        var random = new Random(width);
        float[] input = random.Floats(Batch * channels * Height * width, -3, 3), scale = random.Floats(channels, 0.2f, 2), shift = random.Floats(channels);
        var parameters = QuantParams.PerTensor(0.02, 120);
        var builder = new GraphBuilder([channels, Height, width]);
        string x = atInput ? GraphBuilder.Input : builder.Relu("relu", GraphBuilder.Input);
        string transformed = builder.Add(new TransformInput { Name = "t", Inputs = [x], Scale = [.. scale], Shift = [.. shift] });
        if (quantized) transformed = builder.Requantized(transformed, parameters);
        float[] expected = [.. input.Select((value, i) =>
        {
            int c = i / (Height * width) % channels;
            float product = (atInput ? value : Math.Max(value, 0)) * scale[c];
            float sum = product + shift[c];
            return quantized ? QuantizedReference.Dequantize(QuantizedReference.Quantize(sum, parameters), parameters) : sum;
        })];
        Assert.Equal(expected, Runner.Run(builder.Build(transformed), input, new CompileOptions { InstructionSet = set, MaxBatch = Batch, Threads = 1 + width % 2 }));
    }
}
