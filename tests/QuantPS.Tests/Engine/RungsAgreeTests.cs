using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class RungsAgreeTests
{
    [Theory, MemberData(nameof(Rungs.AboveScalar), MemberType = typeof(Rungs))]
    public void A_quantized_network_has_the_same_codes_at_every_value_on_every_rung_and_thread_count(InstructionSet set)
    {
        foreach ((string name, QuantizationBackend backend) in new[] { ("cifar_resnet20", QuantizationBackend.Fbgemm), ("mobilenet_v2", QuantizationBackend.Qnnpack) })
        {
            QuantModel model = Lively(Architectures.Find(name).Create(3));
            float[] images = new Random(1).Floats(model.Graph.Inputs[0].Shape.ElementCount, -2, 2);
            model = StaticQuantizer.Quantize(model, new StaticQuantizationOptions { Backend = backend, QConfig = QConfig.For(backend) with { Activation = ObserverKind.MinMax } },
                [new InputBatch(images, 1)], cancel: TestContext.Current.CancellationToken);
            float[] input = new Random(2).Floats(3 * 48 * 48 * 2, -2, 2);
            var options = new CompileOptions { Backend = backend, MaxBatch = 2, InputShape = [3, 48, 48] };

            Dictionary<string, byte[]> expected = AllCodes(model.Graph, input, options with { InstructionSet = InstructionSet.Scalar, Threads = 2 });
            Assert.True(expected.Count > 20, $"only {expected.Count} values are quantized");
            Assert.All(expected.Values, codes => Assert.True(codes.Distinct().Count() > 3));
            foreach (int threads in new[] { 1, 2, 4 })
            {
                Dictionary<string, byte[]> actual = AllCodes(model.Graph, input, options with { InstructionSet = set, Threads = threads });
                Assert.Equal(expected.Keys, actual.Keys);
                foreach ((string value, byte[] codes) in expected)
                    Assert.True(codes.AsSpan().SequenceEqual(actual[value]), $"{name}, {threads} threads: '{value}' differs");
            }
        }
    }

    /// <summary>The model with larger factors in its batch norms: those that it starts with let activations die away.</summary>
    private static QuantModel Lively(QuantModel model)
    {
        var random = new Random(4);
        Dictionary<string, Tensor> constants = model.Graph.Constants.ToDictionary(pair => pair.Key, pair => pair.Key.EndsWith("weight") && pair.Value.Shape.Rank == 1
            ? Tensor.From<float>(random.Floats(pair.Value.Shape.ElementCount, 2, 4)) : pair.Value);
        return model with { Graph = model.Graph.With(constants: constants) };
    }

    private static Dictionary<string, byte[]> AllCodes(Graph graph, float[] input, CompileOptions options)
    {
        var codes = new Dictionary<string, byte[]>();
        Runner.Run(graph, input, options, (in TappedValue value) =>
        {
            if (value.Element == ElementType.QUInt8) codes.Add(value.Name, value.ToCodes());
        });
        return codes;
    }
}
