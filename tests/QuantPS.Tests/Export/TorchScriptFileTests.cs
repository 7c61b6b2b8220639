using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using QuantPS.Engine;
using QuantPS.Export;
using QuantPS.Quantization;
using QuantPS.Tests.Checkpoints;
using QuantPS.Tests.Engine;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using GraphBuilder = QuantPS.Tests.Engine.GraphBuilder;

namespace QuantPS.Tests.Export;

public sealed partial class TorchScriptFileTests
{
    [Fact]
    public void Packed_parameters_are_made_as_the_file_is_loaded_and_none_in_forward()
    {
        Graph graph = Int8("mobilenet_v2").Graph;
        string code = CodeOf(Write(graph));

        Assert.DoesNotContain("prepack", code);
        Assert.DoesNotContain("dropout", code);
        Assert.DoesNotContain("CONSTANTS", code);
        int convolutions = graph.Nodes.Count(node => node is Conv2d), sums = graph.Nodes.Count(node => node is Add);
        Assert.Equal(convolutions, Count(code, " : __torch__.torch.classes.quantized.Conv2dPackedParamsBase"));
        Assert.Equal(convolutions, Count(code, "ops.quantized.conv2d(") + Count(code, "ops.quantized.conv2d_relu("));
        Assert.Equal(sums, Count(code, "ops.quantized.add("));
        Assert.Equal((1, 1, 1), (Count(code, "ops.quantized.linear("), Count(code, "torch.quantize_per_tensor("), Count(code, "torch.dequantize(")));
    }

    [Fact]
    public void An_archive_has_the_records_of_PyTorchs_in_their_order()
    {
        TorchArchive archive = Write(Architectures.Find("sample_net").Create(1).Graph, QuantizationBackend.Qnnpack);
        string[] constants = [.. archive.Names.Where(name => name.StartsWith("constants/", StringComparison.Ordinal))];

        Assert.NotEmpty(constants);
        Assert.Equal(["extra/quantized_engine", "data.pkl", "code/__torch__.py", .. constants, "constants.pkl", "version", "byteorder", ".data/serialization_id"], archive.Names);
        Assert.Equal("qnnpack", Encoding.ASCII.GetString(archive["extra/quantized_engine"]));
        Assert.Equal("3\n", Encoding.ASCII.GetString(archive["version"]));
        foreach (string name in constants)
            Assert.Equal(0, archive.Bytes.AsSpan().IndexOf(archive[name]) % 64);
    }

    [Fact]
    public void Layers_of_a_dynamic_model_take_floats_and_packed_weights()
    {
        string code = CodeOf(Write(UncalibratedModels.Dynamic(Architectures.Find("sample_net").Create(1)).Graph));

        Assert.Equal(Architectures.Find("sample_net").Create(1).Graph.Nodes.Count(node => node is Linear), Count(code, "ops.quantized.linear_dynamic("));
        Assert.DoesNotContain("torch.linear(", code);
        Assert.DoesNotContain("torch.quantize_per_tensor", code);
    }

    [Fact]
    public void Several_inputs_are_parameters_and_several_outputs_a_tuple_and_no_length_is_fixed()
    {
        Graph graph = RecurrentCase.Of(new Random(1), new Lstm { Name = "", Inputs = [], HiddenSize = 6, HasInitialStates = true }, features: 5, batch: 1, length: 13, int8: true).Graph(13);
        string code = CodeOf(Write(graph));

        Assert.Contains("def forward(self: __torch__.Model, x: Tensor, x2: Tensor, x3: Tensor) -> Tuple[Tensor, Tensor, Tensor]:", code);
        Assert.Equal(1, Count(code, "torch.quantized_lstm("));
        Assert.Equal(2, Count(code, " : __torch__.torch.classes.quantized.LinearPackedParamsBase"));
        Assert.DoesNotContain("13", code);
    }

    [Fact]
    public void A_table_that_two_embeddings_share_is_in_the_file_once()
    {
        Tensor table = new(ElementType.QUInt8, [4, 2], new byte[8], QuantParams.PerChannelFloat([1, 1, 1, 1], [0, 0, 0, 0], 0));
        var graph = new Graph([new GraphInput("ids", [3], ElementType.Int64)],
            [new Embedding { Name = "a", Inputs = ["ids", "table"] }, new Embedding { Name = "b", Inputs = ["ids", "table"] }, new Add { Name = "sum", Inputs = ["a", "b"] }],
            "sum", new Dictionary<string, Tensor> { ["table"] = table }, [""]);
        string code = CodeOf(Write(graph));

        Assert.Equal(1, Count(code, " : __torch__.torch.classes.quantized.EmbeddingPackedParamsBase"));
        Assert.Equal(2, Count(code, "ops.quantized.embedding_byte(self."));
    }

    [Fact]
    public void Numbers_are_those_of_the_program_whatever_the_culture()
    {
        var graph = new Graph([new GraphInput("x", [3, 4])], [new SelectStep { Name = "last", Inputs = ["x"], Step = -1 }], "last", new Dictionary<string, Tensor>(), [""]);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new("") { NumberFormat = { NegativeSign = "\u2212" } };
        try
        {
            Assert.Contains("torch.select(x, 1, -1)", CodeOf(Write(graph)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(false, "3\n")]
    [InlineData(true, "10\n")]
    public void The_version_is_the_oldest_that_knows_the_operators(bool approximate, string version)
    {
        var graph = new GraphBuilder([4]);
        string value = graph.Add(new Gelu { Name = "gelu", Inputs = [GraphBuilder.Input], Approximate = approximate });

        Assert.Equal(version, Encoding.ASCII.GetString(Write(graph.Build(value))["version"]));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        foreach (string place in new[] { "a", "b" }) TorchScriptFile.Write(Int8("cifar_resnet20"), folder.At(place, "model.torchscript"));

        Assert.Equal(File.ReadAllBytes(folder.At("a", "model.torchscript")), File.ReadAllBytes(folder.At("b", "model.torchscript")));
    }

    [Fact]
    public void A_name_that_is_code_brings_no_line_into_the_program()
    {
        string plain = CodeOf(Write(Doubled("conv")));
        string hostile = CodeOf(Write(Doubled("x)\n    import os\n    os.remove('a'\r\u2028\0")));

        Assert.Equal(plain.Split('\n').Length, hostile.Split('\n').Length);
        Assert.DoesNotContain("import os", hostile);
        string[] assigned = [.. hostile.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal) && !line.Contains("return"))];
        Assert.NotEmpty(assigned);
        Assert.All(assigned, line => Assert.Matches(Assignment(), line));
        Assert.True(hostile.All(char.IsAscii));
    }

    [Fact]
    public void Names_that_differ_in_punctuation_alone_stay_different()
    {
        var graph = new GraphBuilder([4]);
        string value = GraphBuilder.Input;
        foreach (string name in new[] { "a.b", "a_b", "a-b", "a_b_2" }) value = graph.Relu(name, value, 3);
        string code = CodeOf(Write(graph.Build(value)));

        string[] names = [.. code.Split('\n').Where(line => line.Contains(" = torch.clamp(")).Select(line => line.Split('=')[0].Trim())];
        Assert.Equal(["a_b_f", "a_b_2_f", "a_b_3_f", "a_b_2_2_f"], names);
    }

    [Fact]
    public void A_layer_that_no_TorchScript_is_known_for_is_an_error_that_names_it()
    {
        var graph = new GraphBuilder([4]);
        string value = graph.Add(new Mystery { Name = "middle", Inputs = [GraphBuilder.Input] });

        QuantPSException error = Assert.Throws<QuantPSException>(() => { Write(graph.Build(value)); });

        Assert.Equal("TorchScriptUnsupported", error.ErrorId);
        Assert.Contains("'middle' is a mystery", error.Message);
        Assert.Contains("StateDict", error.Message);
    }

    [Fact]
    public void Every_operator_of_the_graph_is_known()
    {
        Type[] written = [typeof(Quantize), typeof(Dequantize), typeof(DynamicQuantize)];
        foreach (Type type in typeof(Node).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Node)) && !type.IsAbstract).Except(written))
            Assert.NotNull(NodeScripts.Of((Node)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)));
    }

    [Fact]
    public void A_value_that_is_not_there_is_an_error() => Assert.Throws<ArgumentException>(() =>
        TorchScriptFile.Write(Doubled("conv"), Stream.Null, new TorchScriptOptions { Values = ["nothing"] }));

    private static QuantModel Int8(string name) => UncalibratedModels.Static(Architectures.Find(name).Create(1), QuantizationBackend.Qnnpack);

    // A float value that is quantized twice under a name.
    private static Graph Doubled(string name)
    {
        var graph = new GraphBuilder([2, 4, 4]);
        QuantParams parameters = QuantParams.PerTensor(0.1, 10);
        string weight = graph.Weight("weight", new sbyte[18], [1, 2, 3, 3], QuantParams.PerTensor(0.1, 0));
        string first = graph.Conv2d(name, graph.Requantized(GraphBuilder.Input, parameters), weight, bias: null, new Window2(3, 1, 1));
        return graph.Build(graph.Requantized(first, parameters));
    }

    private static TorchArchive Write(Graph graph, QuantizationBackend? backend = null)
    {
        using var stream = new MemoryStream();
        TorchScriptFile.Write(graph, stream, new TorchScriptOptions { Backend = backend });
        return new TorchArchive(stream.ToArray());
    }

    private static string CodeOf(TorchArchive archive) => Encoding.UTF8.GetString(archive["code/__torch__.py"]);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex(@"^    [A-Za-z]\w* = (torch|ops\.quantized)\.\w+\([\w\d\s,.\[\]]*\)$")]
    private static partial Regex Assignment();

    private sealed record Mystery : Node
    {
        public override string Operator => "mystery";

        public override TensorType InferType(IReadOnlyList<TensorType> inputs) => inputs[0];
    }
}
