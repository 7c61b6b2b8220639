using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Tests.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class BertTests
{
    [Theory]
    [InlineData("bert", 109_483_778)]
    [InlineData("bert_tiny", 4_386_178)]
    public void The_parameters_are_as_many_as_Transformers_counts_for_two_classes(string name, long count) =>
        Assert.Equal(count, GraphAnalysis.ParameterCount(Architectures.Find(name).Build(Zeros, 2)));

    [Fact]
    public void The_state_dict_has_the_keys_of_Transformers_in_its_order()
    {
        string[] norm = ["LayerNorm.weight", "LayerNorm.bias"], dense = ["dense.weight", "dense.bias"];
        string[] layer =
        [
            .. from part in new[] { "query", "key", "value" } from leaf in new[] { "weight", "bias" } select $"attention.self.{part}.{leaf}",
            .. dense.Concat(norm).Select(leaf => $"attention.output.{leaf}"), .. dense.Select(leaf => $"intermediate.{leaf}"),
            .. dense.Concat(norm).Select(leaf => $"output.{leaf}"),
        ];
        string[] expected =
        [
            .. new[] { "word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight" }.Concat(norm).Select(leaf => $"bert.embeddings.{leaf}"),
            .. from index in Enumerable.Range(0, 2) from leaf in layer select $"bert.encoder.layer.{index}.{leaf}",
            "bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias",
        ];
        Assert.Equal(expected, StateDictLayout.ToStateDict(SmallBert.Architecture.Build(Zeros, 2)).Keys);
    }

    [Fact]
    public void BERT_base_takes_438_MB_and_182_with_dynamic_linear_layers()
    {
        Graph graph = Architectures.Find("bert").Build(Zeros, 2);
        Assert.InRange(StateDictLayout.Measure(graph) / 1e6, 437.9, 438.2);
        // Shapes alone matter; weights of one scale for all need no look at their elements.
        var weights = graph.Nodes.OfType<Linear>().Select(linear => linear.Inputs[1]).ToHashSet();
        Graph small = graph.With(constants: graph.Constants.ToDictionary(constant => constant.Key, constant => weights.Contains(constant.Key)
            ? Tensor.Zeros(ElementType.QInt8, constant.Value.Shape, QuantParams.PerTensor(1, 0)) : constant.Value),
            nodes: [.. graph.Nodes.SelectMany(node => node is Linear linear ? Dynamic(linear) : [node])]);
        Assert.InRange(StateDictLayout.Measure(small) / 1e6, 181, 182);

        static Node[] Dynamic(Linear linear) =>
        [
            new Dequantize { Name = $"{linear.Inputs[1]}.dequantize", Module = linear.Module, Inputs = [linear.Inputs[1]] },
            new DynamicQuantize { Name = $"{linear.Name}.quantize", Module = linear.Module, Inputs = [linear.Inputs[0]], ReduceRange = true },
            new Dequantize { Name = $"{linear.Name}.dequantize", Module = linear.Module, Inputs = [$"{linear.Name}.quantize"] },
            linear with { Inputs = [$"{linear.Name}.dequantize", $"{linear.Inputs[1]}.dequantize", linear.Inputs[2]] },
        ];
    }

    [Fact]
    public void A_sequence_gives_the_same_scores_whatever_stands_beside_it_and_is_filled_up_behind_it()
    {
        QuantModel model = SmallBert.Create();
        TokenSequence[] sequences = [.. new[] { 3, 20, 7 }.Select(length => new TokenSequence(
            [.. Enumerable.Range(0, length).Select(i => (7 * i + length) % 40)], [.. Enumerable.Range(0, length).Select(i => i % 2)]))];
        using var together = new TextClassifier(model, 3, 20, threads: 2);
        float[] all = together.Run(sequences, 0, TestContext.Current.CancellationToken).ToArray();
        foreach ((int index, TokenSequence sequence) in sequences.Index())
        {
            using var alone = new TextClassifier(model, 1, sequence.Ids.Length, threads: 1);
            float[] scores = alone.Run([sequence], 0, TestContext.Current.CancellationToken).ToArray();
            for (int i = 0; i < 3; i++) Assert.Equal(scores[i], all[3 * index + i], 1e-5f * (1 + Math.Abs(scores[i])));
        }
        Assert.NotEqual(all[..3], all[3..6]);
    }

    [Theory, MemberData(nameof(Engine.Rungs.AboveScalar), MemberType = typeof(Engine.Rungs))]
    public void Rungs_agree_on_a_network(InstructionSet set)
    {
        float[] expected = Run(InstructionSet.Scalar), actual = Run(set);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f * (1 + Math.Abs(expected[i])));

        static float[] Run(InstructionSet set)
        {
            using CompiledGraph compiled = CompiledGraph.Compile(SmallBert.Create().Graph, new CompileOptions { InstructionSet = set, MaxBatch = 2, MaxLength = 9 });
            using RunBuffers buffers = compiled.CreateBuffers();
            for (int i = 0; i < 18; i++) (buffers.Indices("input_ids")[i], buffers.Indices("attention_mask")[i], buffers.Indices("token_type_ids")[i]) = (i * 5 % 40, i < 14 ? 1 : 0, i / 4 % 2);
            compiled.Run(buffers, 2, 9, cancel: TestContext.Current.CancellationToken);
            return buffers.Results("classifier")[..6].ToArray();
        }
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(SmallBert.Create().Graph, new CompileOptions { MaxLength = 12 });
        using RunBuffers buffers = compiled.CreateBuffers();
        buffers.Indices("attention_mask").Fill(1);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Assert.Equal(0, Allocation.BytesOf(() => compiled.Run(buffers, 1, 11, cancel: cancel)));
    }

    [Fact]
    public void Layers_that_take_one_value_quantize_it_once()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(DynamicQuantizer.Quantize(SmallBert.Create(), new DynamicQuantizationOptions()).Model.Graph, new CompileOptions());
        // Of the six linear layers of an encoder layer three take one value; the pooler and the classifier have one each.
        Assert.Equal(2 * 4 + 2, compiled.Steps.Count(step => step.Kernel.Contains("quantize", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_folder_of_Transformers_is_read_with_its_classes_and_its_vocabulary()
    {
        using TemporaryFolder folder = new();
        QuantModel model = SmallBert.Create();
        SmallBert.WriteFolder(folder, "films", model);
        string weights = BertFiles.WeightsIn(folder.At("films"))!;
        QuantModel read = BertFiles.Read(StateDictReader.Read(weights), weights);
        Assert.Equal(("films", 3, 18, 20), (read.Name, read.Labels.Length, read.Text!.Vocabulary.Length, read.Text.MaxLength));
        Assert.Equal(3, read.Graph.Nodes.OfType<Attention>().First().Heads);
        foreach ((string name, Tensor tensor) in model.Graph.Constants) Assert.Equal(tensor.Bytes, read.Graph.Constants[name].Bytes);
    }

    [Fact]
    public void Names_of_TensorFlow_buffers_and_other_heads_are_understood_and_sizes_are_seen_in_the_shapes()
    {
        StateDict state = StateDictLayout.ToStateDict(SmallBert.Create().Graph), old = [];
        foreach ((string key, object? value) in state)
            old.Add(key.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), value);
        old.Add("bert.embeddings.position_ids", Tensor.From<long>([0, 1], [1, 2]));
        old.Add("cls.predictions.bias", Tensor.From<float>([1]));
        using TemporaryFolder folder = new();
        QuantModel model = BertFiles.Read(old, folder.At("old.bin"));
        Assert.Equal(state.Keys, StateDictLayout.ToStateDict(model.Graph).Keys);
        BertConfig seen = BertConfigFile.Infer(state)!;
        Assert.Equal((40, 24, 2, 36, 20, 2), (seen.VocabularySize, seen.HiddenSize, seen.Layers, seen.IntermediateSize, seen.MaxLength, seen.TypeCount));
        Assert.Equal(12, BertConfigFile.Infer(StateDictLayout.ToStateDict(Architectures.Find("bert").Build(Zeros, 2)))!.Heads);
    }

    [Theory]
    [InlineData(DynamicDtype.QInt8)]
    [InlineData(DynamicDtype.QInt8, "Linear", "Embedding")]
    [InlineData(DynamicDtype.QUInt8)]
    [InlineData(DynamicDtype.QUInt4x2)]
    public void A_dynamic_model_is_written_and_read(DynamicDtype dtype, params string[] types)
    {
        QuantModel model = DynamicQuantizer.Quantize(SmallBert.Create(), new DynamicQuantizationOptions { Dtype = dtype, ModuleTypes = [.. types] }).Model;
        using TemporaryFolder folder = new();
        string path = folder.At("model.pth");
        StateDictWriter.Write(StateDictLayout.ToStateDict(model.Graph), path);
        File.WriteAllText(folder.At("config.json"), SmallBert.ConfigJson);
        QuantModel read = BertFiles.Read(StateDictReader.Read(path), path);
        Assert.Equal(model.Precision, read.Precision);
        Assert.Equal(dtype == DynamicDtype.QInt8 ? 14 : 0, read.Graph.Nodes.OfType<DynamicQuantize>().Count());
        using var one = new TextClassifier(model, 1, 4, 1);
        using var other = new TextClassifier(read, 1, 4, 1);
        var sequence = new TokenSequence([2, 5, 6, 3], [0, 0, 0, 0]);
        Assert.Equal(one.Run([sequence], 0, TestContext.Current.CancellationToken).ToArray(), other.Run([sequence], 0, TestContext.Current.CancellationToken).ToArray());
    }

    [Theory]
    [InlineData("""{ "model_type": "roberta" }""", "roberta")]
    [InlineData("""{ "hidden_size": 10, "num_attention_heads": 3 }""", "10 features cannot be cut into 3 heads")]
    [InlineData("""{ "num_hidden_layers": 1.5 }""", "num_hidden_layers")]
    [InlineData("""{ "vocab_size": 99999999999 }""", "vocab_size")]
    [InlineData("""{ "hidden_act": "swish" }""", "swish")]
    [InlineData("""{ "position_embedding_type": "relative_key" }""", "relative_key")]
    [InlineData("[1, 2]", "object")]
    [InlineData("{ ", "not JSON")]
    public void A_configuration_that_cannot_be_is_an_error_that_says_why(string json, string why)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("config.json", System.Text.Encoding.UTF8.GetBytes(json));
        var error = Assert.Throws<QuantPSException>(() => BertConfigFile.Read(path));
        Assert.Equal("ModelConfigUnreadable", error.ErrorId);
        Assert.Contains(why, error.Message);
        Assert.Contains(path, error.Message);
    }

    private static Tensor Zeros(string name, Shape shape, Func<SeededRandom, Tensor> initial) => Tensor.Zeros(ElementType.Float32, shape);
}
