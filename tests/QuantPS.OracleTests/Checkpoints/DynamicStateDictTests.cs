using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Export;
using QuantPS.OracleTests.Export;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests;

namespace QuantPS.OracleTests.Checkpoints;

/// <summary>
/// State dicts of dynamic modules, taken as PyTorch's modules take them: <c>_load_from_state_dict</c> in
/// torch/ao/nn/quantized/modules/linear.py, torch/ao/nn/quantized/dynamic/modules/linear.py and torch/ao/nn/quantized/modules/embedding_ops.py.
/// </summary>
public sealed class DynamicStateDictTests
{
    private const int Batch = 2, Length = 6;

    // What the modules do with the values of the file: they pack them, and dynamic linear layers from version 4 on reduce the range.
    private const string Source = """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.Model, ids: Tensor) -> Tensor:
            table = ops.quantized.embedding_bag_prepack(CONSTANTS.c0)
            packed = ops.quantized.linear_prepack(CONSTANTS.c1, CONSTANTS.c2)
            return ops.quantized.linear_dynamic(ops.quantized.embedding_BITS(table, ids, False), packed, True)

        """;

    [Theory]
    [InlineData(Weights.Int8, "byte", ElementType.QUInt8)]
    [InlineData(Weights.Int4Tables, "4bit", ElementType.QUInt4x2)]
    public void What_PyTorchs_modules_make_of_a_file_gives_the_same_numbers_in_libtorch(Weights weights, string bits, ElementType table)
    {
        Graph graph = new SequenceNetworks(weights, reduceRange: true).Tagger(Length);
        using TemporaryFolder folder = new();
        StateDictWriter.Write(StateDictLayout.ToStateDict(graph), folder.At("model.pth"));
        StateDict state = StateDictReader.Read(folder.At("model.pth"));

        Assert.Equal(
            ["rows._packed_params.dtype", "rows._packed_params._packed_weight", "fc.scale", "fc.zero_point", "fc._packed_params.dtype", "fc._packed_params._packed_params"], state.Keys);
        Assert.Equal((1, 1, 4, 3), (state.Metadata["rows"], state.Metadata["rows._packed_params"], state.Metadata["fc"], state.Metadata["fc._packed_params"]));
        Assert.Equal(table, Assert.IsType<DTypeReference>(state["rows._packed_params.dtype"]).Element);
        Assert.Equal(ElementType.QInt8, Assert.IsType<DTypeReference>(state["fc._packed_params.dtype"]).Element);
        Assert.Equal((1f, 0L), (Assert.IsType<Tensor>(state["fc.scale"]).As<float>()[0], Assert.IsType<Tensor>(state["fc.zero_point"]).As<long>()[0]));
        var packed = Assert.IsType<PythonTuple>(state["fc._packed_params._packed_params"]);

        long[] ids = [.. Enumerable.Range(0, Batch * Length).Select(i => i * 7L % SequenceNetworks.Vocabulary)];
        Libtorch.Engine = QEngine.Fbgemm;
        using Libtorch modules = Load(Source.Replace("BITS", bits), state["rows._packed_params._packed_weight"], packed[0], packed[1]);
        float[] theirs = modules.Invoke<float>("forward", HostTensor.From<long>(ids, Batch, Length));
        using var network = new ExportedNetwork(graph, QEngine.Fbgemm, Batch, Length);
        (float[] ours, float[] exported) = Assert.Single(network.Run(new Dictionary<string, Array> { ["input"] = ids }, Batch, Length));

        Assert.Equal(theirs, ours);
        Assert.Equal(theirs, exported);
        Assert.True(theirs.Distinct().Count() > theirs.Length / 2);
    }

    private static Libtorch Load(string source, params object?[] constants)
    {
        var attributes = new PythonDict();
        attributes.Set("training", false);
        using var stream = new MemoryStream();
        new ScriptModule(source.ReplaceLineEndings("\n"), attributes, constants, ScriptModule.OldestVersion).Write(stream, new TorchScriptOptions());
        return new Libtorch(stream.ToArray());
    }
}
