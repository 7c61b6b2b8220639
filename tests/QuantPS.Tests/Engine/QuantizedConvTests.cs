using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class QuantizedConvTests
{
    [Fact]
    public void A_convolution_between_dequantize_and_quantize_runs_on_codes()
    {
        var builder = new GraphBuilder([2, 5, 6]);
        string x = builder.Requantized(GraphBuilder.Input, QuantParams.PerTensor(0.02, 60));
        var random = new Random(1);
        string weight = builder.Weight("c.weight", random.SignedBytes(3 * 2 * 9), [3, 2, 3, 3], QuantParams.PerTensor(0.01, 0));
        string c = builder.Conv2d("c", x, weight, builder.Constant("c.bias", [0.5f, -0.25f, 0.125f]), new Window2(3, 1, 1));
        string y = builder.Requantized(c, QuantParams.PerTensor(0.15, 120));
        Graph graph = builder.Build(y);

        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = InstructionSet.Scalar });
        Assert.Equal(["input", "conv2d", "dequantize", "output"], compiled.Steps.Select(step => step.Kernel));
        Assert.Equal("int8", compiled.Steps[1].Precision);

        float[] input = random.Floats(60);
        float[] floats = Runner.Run(builder.Build(c), input, new CompileOptions());
        float[] output = new float[3 * 5 * 6];
        compiled.Run(input, 1, output, cancel: TestContext.Current.CancellationToken);
        for (int i = 0; i < output.Length; i++) Assert.Equal(floats[i], output[i], 0.0751f);
    }
}
