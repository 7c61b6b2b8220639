using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Quantization;
using QuantPS.Zoo;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace QuantPS.OracleTests.Networks;

/// <summary>A small BERT with random weights against libtorch: the network in float, and every dynamic layer on what our engine gave it.</summary>
public sealed class BertParityTests
{
    private const int Features = 64, Heads = 4, Layers = 3, MaxLength = 48, Vocabulary = 97, Classes = 5;

    private static readonly (int Batch, int Length)[] Sizes = [(1, 1), (1, 7), (2, 16), (3, 33), (1, MaxLength)];

    public static TheoryData<InstructionSet> InstructionSetsOfTheEngine => [.. Enum.GetValues<InstructionSet>()];

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void The_float_network_gives_libtorchs_scores(InstructionSet set)
    {
        if (!InstructionSets.Available.Contains(set)) Assert.Skip($"This machine has no {set}.");
        foreach (string activation in new[] { "gelu", "gelu_new", "relu" })
        {
            Graph graph = Network(activation);
            using CompiledGraph compiled = Compile(graph, set);
            using RunBuffers buffers = compiled.CreateBuffers();
            foreach ((int batch, int length) in Sizes)
            {
                Fill(buffers, batch, length);
                compiled.Run(buffers, batch, length, cancel: TestContext.Current.CancellationToken);
                float[] expected = Forward(graph, buffers, batch, length, activation), actual = buffers.Results(graph.Output)[..expected.Length].ToArray();
                float largest = expected.Max(Math.Abs);
                Assert.True(largest > 0.1f);
                for (int i = 0; i < expected.Length; i++)
                    Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4f * largest, $"{activation}, {batch}x{length}: {actual[i]} for {expected[i]}, the largest being {largest}");
            }
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Every_dynamic_layer_gives_libtorchs_floats_to_the_bit(InstructionSet set)
    {
        Libtorch.Require(QEngine.Fbgemm);
        if (!InstructionSets.Available.Contains(set)) Assert.Skip($"This machine has no {set}.");
        Libtorch.Engine = QEngine.Fbgemm;
        using var libtorch = new Libtorch(OperatorSource.Text);
        var model = new QuantModel { Name = "bert", Architecture = "bert", Graph = Network("gelu"), Preprocessing = Data.Preprocessing.None };
        Graph graph = DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions { ModuleTypes = ["Linear"], Backend = QuantizationBackend.Fbgemm }).Model.Graph;
        Linear[] layers = [.. graph.Nodes.OfType<Linear>()];
        Assert.Equal(6 * Layers + 2, layers.Length);
        HashSet<string> taps = [.. layers.Select(layer => layer.Name), .. layers.Select(layer => FloatInput(graph, layer))];
        using CompiledGraph compiled = Compile(graph, set, taps);
        using RunBuffers buffers = compiled.CreateBuffers();
        foreach ((int batch, int length) in Sizes)
        {
            var seen = new Dictionary<string, float[]>();
            Fill(buffers, batch, length);
            compiled.Run(buffers, batch, length, (in TappedValue value) => seen[value.Name] = value.ToFloats(), TestContext.Current.CancellationToken);
            foreach (Linear layer in layers)
            {
                Tensor weight = graph.Constants[((Dequantize)graph.Find(layer.Inputs[1])!).Inputs[0]];
                float[] input = seen[FloatInput(graph, layer)];
                float[] expected = libtorch.Invoke<float>("linear_dynamic",
                    HostTensor.From<float>(input, input.Length / weight.Shape[1], weight.Shape[1]), HostTensor.Integers(1, 0),
                    HostTensor.From(weight.As<sbyte>(), weight.Shape[0], weight.Shape[1]), HostTensor.Reals(weight.Quantization!.Scales),
                    HostTensor.From(graph.Constants[layer.Inputs[2]].As<float>()));
                Assert.Equal(expected, seen[layer.Name]);
            }
        }
    }

    private static string FloatInput(Graph graph, Linear layer)
    {
        string name = ((DynamicQuantize)graph.Find(((Dequantize)graph.Find(layer.Inputs[0])!).Inputs[0])!).Inputs[0];
        while (graph.Find(name) is Dropout dropout) name = dropout.Inputs[0];
        return name;
    }

    private static CompiledGraph Compile(Graph graph, InstructionSet set, IReadOnlySet<string>? taps = null) =>
        CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, MaxBatch = Sizes.Max(size => size.Batch), Taps = taps ?? new HashSet<string>() });

    /// <summary>The network with weights large enough that attention looks at some steps more than at others.</summary>
    private static Graph Network(string activation)
    {
        var config = new BertConfig
        {
            VocabularySize = Vocabulary, HiddenSize = Features, Layers = Layers, Heads = Heads, IntermediateSize = 150, MaxLength = MaxLength, Activation = activation,
        };
        Graph graph = (Architectures.Find("bert") with { Options = new() { Bert = config } }).Create(seed: 5, Classes).Graph;
        var random = new RandomValues(61);
        return graph.With(constants: graph.Constants.ToDictionary(constant => constant.Key, constant =>
        {
            float[] noise = random.Reals((int)constant.Value.Shape.ElementCount, -0.3f, 0.3f);
            return Tensor.From<float>([.. constant.Value.ToFloats().Zip(noise, (value, other) => constant.Value.Shape.Rank > 1 ? 6 * value : value + other)], constant.Value.Shape);
        }));
    }

    /// <summary>Random tokens of two segments; the last of each sample are padding, of every sample another number.</summary>
    private static void Fill(RunBuffers buffers, int batch, int length)
    {
        var random = new Random(100 * batch + length);
        for (int sample = 0; sample < batch; sample++)
            for (int i = 0, used = Math.Max(1, length - 3 * sample); i < length; i++)
            {
                int at = sample * length + i;
                buffers.Indices("input_ids")[at] = random.Next(Vocabulary);
                buffers.Indices("token_type_ids")[at] = i > length / 2 ? 1 : 0;
                buffers.Indices("attention_mask")[at] = i < used ? 1 : 0;
            }
    }

    /// <summary><c>BertForSequenceClassification.forward</c>, operator by operator.</summary>
    private static float[] Forward(Graph graph, RunBuffers buffers, int batch, int length, string activation)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        torch.Tensor x = Embedding("word", Indices("input_ids")) + Embedding("token_type", Indices("token_type_ids")) + Embedding("position", torch.arange(length, torch.int64));
        x = Norm("bert.embeddings.LayerNorm", x);
        torch.Tensor mask = (1 - Indices("attention_mask").to(torch.float32)).mul(float.MinValue).reshape(batch, 1, 1, length);
        for (int layer = 0; layer < Layers; layer++)
        {
            string path = $"bert.encoder.layer.{layer}";
            torch.Tensor q = ByHead($"{path}.attention.self.query", x), k = ByHead($"{path}.attention.self.key", x), v = ByHead($"{path}.attention.self.value", x);
            torch.Tensor scores = torch.matmul(q, k.transpose(-1, -2)) / Math.Sqrt(Features / Heads) + mask;
            torch.Tensor context = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(batch, length, Features);
            x = Norm($"{path}.attention.output.LayerNorm", Linear($"{path}.attention.output.dense", context) + x);
            torch.Tensor inner = Linear($"{path}.intermediate.dense", x);
            inner = activation switch
            {
                "gelu" => functional.gelu(inner),
                "relu" => inner.relu(),
                _ => 0.5 * inner * (1 + (Math.Sqrt(2 / Math.PI) * (inner + 0.044715 * inner.pow(3))).tanh()),
            };
            x = Norm($"{path}.output.LayerNorm", Linear($"{path}.output.dense", inner) + x);
        }
        x = Linear("classifier", Linear("bert.pooler.dense", x.select(1, 0)).tanh());
        return x.contiguous().data<float>().ToArray();

        torch.Tensor Constant(string name) => torch.tensor(graph.Constants[name].ToFloats(), [.. graph.Constants[name].Shape.Select(size => (long)size)]);
        torch.Tensor Indices(string name) => torch.tensor(buffers.Indices(name)[..(batch * length)].ToArray(), [batch, length]);
        torch.Tensor Embedding(string kind, torch.Tensor indices) => Constant($"bert.embeddings.{kind}_embeddings.weight")[indices];
        torch.Tensor Linear(string path, torch.Tensor input) => functional.linear(input, Constant($"{path}.weight"), Constant($"{path}.bias"));
        torch.Tensor Norm(string path, torch.Tensor input) => functional.layer_norm(input, [Features], Constant($"{path}.weight"), Constant($"{path}.bias"), 1e-12);
        torch.Tensor ByHead(string path, torch.Tensor input) => Linear(path, input).reshape(batch, length, Heads, Features / Heads).transpose(1, 2);
    }
}
