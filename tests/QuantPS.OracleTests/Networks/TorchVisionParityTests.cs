using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.Zoo;
using TorchSharp;

namespace QuantPS.OracleTests.Networks;

/// <summary>The float networks of the zoo against torchvision's forward passes, which are written out here in libtorch's operators.</summary>
public sealed class TorchVisionParityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("mobilenet_v2", 64)]
    [InlineData("mobilenet_v3_large", 64)]
    [InlineData("resnet18", 64)]
    [InlineData("resnet50", 64)]
    [InlineData("resnext101_32x8d", null)]
    [InlineData("resnext101_64x4d", null)]
    [InlineData("inception_v3", 75)]
    [InlineData("googlenet", 64)]
    [InlineData("shufflenet_v2_x0_5", 64)]
    [InlineData("shufflenet_v2_x1_0", 64)]
    [InlineData("shufflenet_v2_x1_5", 64)]
    [InlineData("shufflenet_v2_x2_0", 64)]
    public void A_float_network_gives_what_torchvision_computes_with_its_weights(string name, int? smallSide)
    {
        Architecture architecture = Architectures.Find(name);
        var random = new SeededRandom(7);
        Graph graph = architecture.Build((key, shape, _) => Lively(key, shape, random), classCount: 100);
        using DisposeScope scope = torch.NewDisposeScope();
        var torchVision = new TorchVision(graph.Constants);

        Compare(architecture.InputShape[1], [InstructionSets.Available[^1]]);
        if (smallSide is int small) Compare(small, InstructionSets.Available);
        // Every parameter has torchvision's name, and there is none that it does not have.
        Assert.Equal(torchVision.Taken.Order(), graph.Constants.Keys.Where(key => !key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Order());

        void Compare(int side, IEnumerable<InstructionSet> sets)
        {
            float[] image = new RandomValues(3).Reals(3 * side * side, -2, 2);
            float[] theirs = torchVision.Forward(name, torch.tensor(image, [1, 3, side, side])).contiguous().data<float>().ToArray();
            float largest = theirs.Max(MathF.Abs);
            Assert.True(theirs.Distinct().Count() > 90 && float.IsFinite(largest), $"{name}: the results have too little in them for a comparison.");
            foreach (InstructionSet set in sets)
            {
                using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, Threads = 2, InputShape = [3, side, side] });
                var ours = new float[compiled.OutputShape.ElementCount];
                compiled.Run(image, 1, ours, cancel: TestContext.Current.CancellationToken);
                float error = ours.Zip(theirs).Max(pair => MathF.Abs(pair.First - pair.Second)) / largest;
                output.WriteLine($"{name}, {side}x{side}, {set}: largest error {error} of the largest result.");
                Assert.True(error <= 1e-4f, $"{name}, {side}x{side}, {set}: the largest error is {error} of the largest result.");
            }
        }
    }

    /// <summary>Weights with which every layer has something to say, and normalizations that differ from channel to channel.</summary>
    private static Tensor Lively(string key, Shape shape, SeededRandom random)
    {
        if (shape.Rank == 0) return Tensor.From([0L], Shape.Scalar);
        bool isPositive = key.EndsWith("running_var", StringComparison.Ordinal) || key.EndsWith(".weight", StringComparison.Ordinal);
        double bound = shape.Rank > 1 ? Math.Sqrt(6.0 * shape[0] / shape.ElementCount) : 0.3;
        var values = new float[shape.ElementCount];
        foreach (ref float value in values.AsSpan())
            value = (float)(shape.Rank == 1 && isPositive ? random.NextDouble(0.6, 1.2) : random.NextDouble(-bound, bound));
        return Tensor.From<float>(values, shape);
    }
}
