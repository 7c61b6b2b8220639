using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class ConvTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Float_convolutions_of_every_shape_equal_the_definition(InstructionSet set)
    {
        foreach ((int index, ConvCase c) in ConvCase.All(seed: 5, count: 30).Index())
        {
            var random = new Random(index);
            float[] input = random.Floats(c.Input.ElementCount * c.Batch), weight = random.Floats(c.Weight.ElementCount), bias = random.Floats(c.Outputs);
            var builder = new GraphBuilder(c.Input);
            string conv = builder.Conv2d("c", GraphBuilder.Input, builder.Constant("c.weight", weight, c.Weight), builder.Constant("c.bias", bias), c.Window, c.Groups);
            Graph plain = builder.Build(conv), relu = builder.Build(builder.Relu("r", conv, 0.75f));

            double[] expected = c.Convolve((i, w) => (double)input[i] * weight[w], (a, b) => a + b, (sum, o) => sum + bias[o]);
            var options = new CompileOptions { InstructionSet = set, MaxBatch = c.Batch };
            float[] actual = Runner.Run(plain, input, options);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-5 * (1 + Math.Abs(expected[i])), $"{c}: {expected[i]} is {actual[i]}");

            float[] clamped = Runner.Run(relu, input, options);
            Assert.Equal(actual.Select(value => Math.Clamp(value, 0, 0.75f)), clamped);
            if (index % 4 == 0) Assert.Equal(clamped, Runner.Run(relu, input, options with { Threads = 2 + index % 3 }));
        }
    }
}
