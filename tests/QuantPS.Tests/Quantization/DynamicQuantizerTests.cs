using QuantPS.Analysis;
using QuantPS.Checkpoints.Layout;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using Xunit;

namespace QuantPS.Tests.Quantization;

public sealed class DynamicQuantizerTests
{
    private const int Words = 50, Features = 24, Hidden = 32, Length = 5;
    private static readonly QuantModel s_model = Model();

    [Fact]
    public void All_modules_with_matrices_are_quantized_where_nothing_is_asked_for()
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new());
        Assert.Equal(["lstm", "gru", "rnn", "decoder"], result.Modules);
        Assert.Empty(result.Warnings);
        Assert.Equal(ModelPrecision.DynamicInt8, result.Model.Precision);
        Assert.Equal(result.Model.QuantizedFraction, result.Share);
        Assert.Equal(1 - Words * (double)Features / Weights(s_model), result.Share, 1e-9);
        Assert.Equal("lstm, gru, rnn, decoder", result.Model.History[^1].Settings["Modules"]);
        Assert.Equal(ElementType.Float32, result.Model.Graph.Constants["encoder.weight"].Element);
        Assert.All(result.Model.Graph.Nodes.OfType<Recurrent>(), node => Assert.True(node.ReduceRange));
        RequireNear(result.Model, 0.03);
    }

    [Fact]
    public void Types_choose_modules_and_embeddings_get_eight_bits()
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new() { ModuleTypes = ["lstm", "Embedding"] });
        Assert.Equal(["encoder", "lstm"], result.Modules);
        Assert.Equal(ElementType.QUInt8, result.Model.Graph.Constants["encoder.weight"].Element);
        Assert.Equal(ElementType.Float32, result.Model.Graph.Constants["gru.weight_ih_l0"].Element);
        RequireNear(result.Model, 0.03);
    }

    [Fact]
    public void Embeddings_take_four_bits_and_nothing_else_does()
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new() { Dtype = DynamicDtype.QUInt4x2 });
        Assert.Equal(["encoder"], result.Modules);
        Tensor table = result.Model.Graph.Constants["encoder.weight"];
        Assert.Equal((ElementType.QUInt4x2, Words * Features / 2), (table.Element, table.ByteCount));
        float[] expected = s_model.Graph.Constants["encoder.weight"].ToFloats(), ours = table.ToFloats();
        for (int i = 0; i < ours.Length; i++) Assert.Equal(expected[i], ours[i], (float)table.Quantization!.Scales[i / Features] * 0.501f);
    }

    [Fact]
    public void Sixteen_bits_round_the_weights_and_halve_the_file()
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new() { Dtype = DynamicDtype.Float16 });
        Assert.Equal(["lstm", "gru", "rnn", "decoder"], result.Modules);
        Assert.Equal(ModelPrecision.Float16, result.Model.Precision);
        Assert.InRange(ModelSize.Of(result.Model).Ratio!.Value, 1.5, 2);
        RequireNear(result.Model, 1e-3);
    }

    [Fact]
    public void Names_choose_modules_and_an_exact_name_an_embedding()
    {
        Assert.Equal(["gru", "decoder"], DynamicQuantizer.Quantize(s_model, new() { ModuleNames = ["g*", "decoder"] }).Modules);
        Assert.Equal(["encoder"], DynamicQuantizer.Quantize(s_model, new() { ModuleNames = ["encoder"] }).Modules);
        Assert.Equal(["lstm", "gru", "rnn", "decoder"], DynamicQuantizer.Quantize(s_model, new() { ModuleNames = ["*"] }).Modules);
        Assert.Equal(["gru"], DynamicQuantizer.Quantize(s_model, new() { ModuleTypes = ["GRU", "LSTM"], ModuleNames = ["g*"] }).Modules);
    }

    [Theory]
    [InlineData("Dropout", "", DynamicDtype.QInt8, "Dropout cannot be quantized dynamically. Use Invoke-StaticQuantization")]
    [InlineData("Conv2d", "", DynamicDtype.QInt8, "no module of the type Conv2d. It has: Dropout, Embedding, GRU, LSTM, Linear, RNN")]
    [InlineData("Embedding", "", DynamicDtype.Float16, "Embedding cannot be float16. Use quint8")]
    [InlineData("LSTM", "", DynamicDtype.QUInt4x2, "LSTM cannot be quint4x2. Use qint8 or float16")]
    [InlineData("", "encoder", DynamicDtype.Float16, "matches Embedding, and not as float16")]
    [InlineData("", "drop", DynamicDtype.QInt8, "only Dropout")]
    [InlineData("", "nothing", DynamicDtype.QInt8, "The modules that can be quantized dynamically are: lstm, gru, rnn, decoder")]
    public void A_request_that_matches_nothing_is_a_warning_that_says_why_and_what_there_is(string type, string name, DynamicDtype dtype, string says)
    {
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(s_model, new()
        {
            ModuleTypes = type.Length > 0 ? [type] : [], ModuleNames = name.Length > 0 ? [name] : [], Dtype = dtype,
        });
        Assert.Contains(says, Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Same(s_model, result.Model);
    }

    [Fact]
    public void The_size_of_a_recurrent_module_is_that_of_its_packed_parameters()
    {
        QuantModel model = DynamicQuantizer.Quantize(s_model, new() { ModuleTypes = ["LSTM", "Embedding"] }).Model;
        ModelSize size = ModelSize.Of(model);
        ModuleSize lstm = Assert.Single(size.Modules, module => module.Module == "lstm");
        Assert.Equal(4 * Hidden * (Features + Hidden) + 2 * 4 * Hidden * sizeof(float), lstm.Bytes);
        Assert.Equal(ModelPrecision.DynamicInt8, lstm.Precision);
        Assert.Equal(Words * (Features + 2 * sizeof(float)), Assert.Single(size.Modules, module => module.Module == "encoder").Bytes);
        Assert.InRange(size.Bytes, size.Modules.Sum(module => module.Bytes), size.Modules.Sum(module => module.Bytes) + 20_000);
        Assert.Equal("StateDictUnsupported", Assert.Throws<QuantPSException>(() => StateDictLayout.ToStateDict(model.Graph)).ErrorId);
    }

    private static long Weights(QuantModel model) => model.Graph.Constants.Values.Where(constant => constant.Shape.Rank == 2).Sum(constant => constant.Shape.ElementCount);

    /// <summary>The noise of quantization is small against what the float model gives.</summary>
    private static void RequireNear(QuantModel model, double most)
    {
        (float[] expected, float[] ours) = (Run(s_model), Run(model));
        double signal = Math.Sqrt(expected.Sum(value => value * value)), noise = Math.Sqrt(expected.Zip(ours, (a, b) => (a - b) * (a - b)).Sum());
        Assert.InRange(noise, signal * 1e-9, signal * most);
    }

    private static float[] Run(QuantModel model)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions { Backend = model.Backend ?? QuantizationBackend.X86 });
        using RunBuffers buffers = compiled.CreateBuffers();
        new long[] { 3, 1, 49, 0, 7 }.CopyTo(buffers.Indices("input"));
        compiled.Run(buffers, 1, Length, cancel: TestContext.Current.CancellationToken);
        return buffers.Results("decoder").ToArray();
    }

    private static QuantModel Model()
    {
        var random = new Random(1);
        var constants = new Dictionary<string, Tensor>();
        Recurrent[] layers =
        [
            Named(new Lstm { Name = "lstm", Inputs = [], HiddenSize = Hidden }, "drop", Features),
            Named(new Gru { Name = "gru", Inputs = [], HiddenSize = Hidden }, "lstm", Hidden),
            Named(new Rnn { Name = "rnn", Inputs = [], HiddenSize = Hidden, HasBias = false }, "gru", Hidden),
        ];
        Node[] nodes =
        [
            new Embedding { Name = "encoder", Module = "encoder", Inputs = ["input", Constant("encoder.weight", Words, Features)] },
            new Dropout { Name = "drop", Module = "drop", Inputs = ["encoder"] }, .. layers,
            new Linear { Name = "decoder", Module = "decoder", Inputs = ["rnn", Constant("decoder.weight", Words, Hidden), Constant("decoder.bias", Words, 1)] },
        ];
        var graph = new Graph([new GraphInput("input", [Length], ElementType.Int64) { IsSequence = true }], [.. nodes], "decoder", constants,
            ["", "drop", "encoder", "lstm", "gru", "rnn", "decoder"]);
        return new QuantModel { Name = "small", Architecture = "small", Graph = graph, Preprocessing = Preprocessing.Cifar, FloatBytes = StateDictLayout.Measure(graph) };

        Recurrent Named(Recurrent node, string input, int features)
        {
            foreach (string name in node.ParameterNames)
                Constant($"{node.Name}.{name}", node.Gates * Hidden, name.StartsWith("bias", StringComparison.Ordinal) ? 1 : name.Contains("_ih") ? features : Hidden);
            return node with { Module = node.Name, Inputs = [input, .. node.ParameterNames.Select(name => $"{node.Name}.{name}")] };
        }

        string Constant(string name, int rows, int columns)
        {
            float[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => (2 * random.NextSingle() - 1) / MathF.Sqrt(Hidden) * (name.StartsWith("encoder") ? 5 : 1))];
            constants.Add(name, Tensor.From<float>(values, columns == 1 ? [rows] : [rows, columns]));
            return name;
        }
    }
}
