using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Quantization;

namespace QuantPS.OracleTests.Recurrent;

/// <summary>Embeddings of eight and four bits against libtorch's: neither a code nor a float may differ.</summary>
public sealed class EmbeddingParityTests
{
    private const int Quint8 = 13, Quint4x2 = 16;

    [Theory]
    [InlineData(Quint8)]
    [InlineData(Quint4x2)]
    public void Tables_and_their_rows_are_libtorchs(int dtype)
    {
        var random = new RandomValues(70);
        for (int i = 0; i < 40; i++)
        {
            (Tensor table, HostTensor[] arguments) = Table(random, dtype);
            Assert.Equal(RecurrentOracle.Script.Invoke<byte>("codes", arguments)[..(int)table.ByteCount], table.Bytes.ToArray());
            long[] indices = [.. Enumerable.Range(0, random.Integer(1, 40)).Select(_ => (long)random.Integer(0, table.Shape[0] - 1))];
            float[] theirs = RecurrentOracle.Script.Invoke<float>("embedding", [.. arguments, HostTensor.From<long>(indices)]);
            foreach (InstructionSet set in InstructionSets.Available)
                Assert.Equal(theirs, Run(new Embedding { Name = "y", Inputs = ["x", "w"] }, table, 1, indices, null, set));
        }
    }

    [Theory]
    [InlineData(Quint8, false)]
    [InlineData(Quint8, true)]
    [InlineData(Quint4x2, false)]
    [InlineData(Quint4x2, true)]
    public void Sums_of_bags_are_libtorchs(int dtype, bool weighted)
    {
        var random = new RandomValues(71);
        for (int i = 0; i < 40; i++)
        {
            (Tensor table, HostTensor[] arguments) = Table(random, dtype);
            (int batch, int length) = (random.Integer(1, 5), random.Integer(1, 9));
            long[] indices = [.. Enumerable.Range(0, batch * length).Select(_ => (long)random.Integer(0, table.Shape[0] - 1))];
            long[] offsets = [.. Enumerable.Range(0, batch).Select(n => (long)n * length)];
            float[]? factors = weighted ? random.Reals(indices.Length, -2, 2) : null;
            float[] theirs = RecurrentOracle.Script.Invoke<float>("bag",
                [.. arguments, HostTensor.From<long>(indices), HostTensor.From<long>(offsets), factors is null ? null : HostTensor.From<float>(factors)]);
            var node = new EmbeddingBag { Name = "y", Inputs = weighted ? ["x", "f", "w"] : ["x", "w"], Mode = EmbeddingBagMode.Sum, HasSampleWeights = weighted };
            foreach (InstructionSet set in InstructionSets.Available) Assert.Equal(theirs, Run(node, table, batch, indices, factors, set));
        }
    }

    private static (Tensor Table, HostTensor[] Arguments) Table(RandomValues random, int dtype)
    {
        (int rows, int features) = (random.Integer(1, 30), random.Integer(1, 80));
        if (dtype == Quint4x2) features = (features + 1) / 2 * 2;
        float centre = random.Real(-1, 1);
        float[] values = random.Reals(rows * features, centre - 1, centre + 1);
        if (random.Chance(0.2)) Array.Fill(values, centre, 0, features);
        Tensor table = QuantizeEmbeddings.Quantize(Tensor.From<float>(values, [rows, features]), dtype == Quint4x2);
        float[] scales = Array.ConvertAll(table.Quantization!.Scales.ToArray(), scale => (float)scale);
        return (table,
        [
            HostTensor.From<float>(values, rows, features), HostTensor.From<float>(scales), HostTensor.From(table.Quantization.FloatZeroPoints), HostTensor.Integers(dtype),
        ]);
    }

    private static float[] Run(Node node, Tensor table, int batch, long[] indices, float[]? factors, InstructionSet set)
    {
        int length = indices.Length / batch;
        GraphInput[] inputs = [new("x", [length], ElementType.Int64) { IsSequence = true }, .. factors is null ? [] : new[] { new GraphInput("f", [length]) { IsSequence = true } }];
        var graph = new Graph([.. inputs], [node], "y", new Dictionary<string, Tensor> { ["w"] = table }, [""]);
        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { MaxBatch = batch, InstructionSet = set });
        using RunBuffers buffers = compiled.CreateBuffers();
        indices.CopyTo(buffers.Indices("x"));
        factors?.CopyTo(buffers.Floats("f"));
        compiled.Run(buffers, batch, length);
        return buffers.Results("y").ToArray();
    }
}
