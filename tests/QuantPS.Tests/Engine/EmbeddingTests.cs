using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class EmbeddingTests
{
    private const int Rows = 11, Features = 37, Batch = 3, Length = 4;

    public static TheoryData<ElementType> Types => [ElementType.Float32, ElementType.QUInt8, ElementType.QUInt4x2];

    [Theory, MemberData(nameof(Types))]
    public void Indices_give_the_rows_of_the_table(ElementType type)
    {
        (Tensor table, float[] floats) = Table(type);
        long[] indices = Indices();
        foreach (InstructionSet set in InstructionSets.Available)
            foreach (int threads in (int[])[1, 2])
            {
                float[] ours = Run(new Embedding { Name = "y", Inputs = ["x", "w"] }, table, indices, Features * Length, new() { InstructionSet = set, Threads = threads });
                Assert.Equal(indices.SelectMany(index => floats.Skip((int)index * Features).Take(Features)), ours);
            }
    }

    [Theory, MemberData(nameof(Types))]
    public void Bags_give_the_sum_the_mean_or_the_largest_of_their_rows(ElementType type)
    {
        (Tensor table, float[] floats) = Table(type);
        long[] indices = Indices();
        foreach (EmbeddingBagMode mode in Enum.GetValues<EmbeddingBagMode>())
        {
            float[] ours = Run(new EmbeddingBag { Name = "y", Inputs = ["x", "w"], Mode = mode }, table, indices, Features, new());
            for (int n = 0; n < Batch; n++)
                for (int k = 0; k < Features; k++)
                {
                    float[] values = [.. indices.Skip(n * Length).Take(Length).Select(index => floats[index * Features + k])];
                    float expected = mode switch { EmbeddingBagMode.Sum => values.Sum(), EmbeddingBagMode.Mean => values.Average(), _ => values.Max() };
                    Assert.Equal(expected, ours[n * Features + k], 1e-5f);
                }
        }
    }

    [Fact]
    public void Sums_take_a_factor_for_each_index()
    {
        (Tensor table, float[] floats) = Table(ElementType.QUInt8);
        long[] indices = Indices();
        float[] factors = new Random(2).Floats(Batch * Length, -2, 2);
        var bag = new EmbeddingBag { Name = "y", Inputs = ["x", "factors", "w"], Mode = EmbeddingBagMode.Sum, HasSampleWeights = true };
        float[] ours = Run(bag, table, indices, Features, new(), factors);
        for (int n = 0; n < Batch; n++)
            for (int k = 0; k < Features; k++)
                Assert.Equal(Enumerable.Range(n * Length, Length).Sum(i => factors[i] * floats[indices[i] * Features + k]), ours[n * Features + k], 1e-4f);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Rows)]
    public void An_index_that_is_no_row_is_an_error_that_names_it(long wrong)
    {
        long[] indices = Indices();
        indices[5] = wrong;
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => { Run(new Embedding { Name = "y", Inputs = ["x", "w"] }, Table(ElementType.Float32).Table, indices, Features * Length, new()); });
        Assert.Contains($"'y' has the rows 0 to 10, and index 5 of its input is {wrong}", error.Message);
    }

    private static float[] Run(Node node, Tensor table, long[] indices, int perSample, CompileOptions options, float[]? factors = null)
    {
        GraphInput[] inputs = [new("x", [Length], ElementType.Int64) { IsSequence = true }, .. factors is null ? [] : new[] { new GraphInput("factors", [Length]) { IsSequence = true } }];
        var graph = new Graph([.. inputs], [node], "y", new Dictionary<string, Tensor> { ["w"] = table }, [""]);
        using CompiledGraph compiled = CompiledGraph.Compile(graph, options with { MaxBatch = Batch, MaxLength = Length + 2 });
        using RunBuffers buffers = compiled.CreateBuffers();
        indices.CopyTo(buffers.Indices("x"));
        factors?.CopyTo(buffers.Floats("factors"));
        compiled.Run(buffers, Batch, Length, cancel: TestContext.Current.CancellationToken);
        return buffers.Results("y")[..(Batch * perSample)].ToArray();
    }

    private static long[] Indices()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Batch * Length).Select(_ => (long)random.Next(Rows))];
    }

    /// <summary>A table, and its rows by the formula.</summary>
    private static (Tensor Table, float[] Floats) Table(ElementType type)
    {
        var random = new Random(3);
        if (type == ElementType.Float32)
        {
            float[] values = random.Floats(Rows * Features, -2, 2);
            return (Tensor.From<float>(values, [Rows, Features]), values);
        }
        bool half = type == ElementType.QUInt4x2;
        float[] scales = random.Floats(Rows, 0.01f, 0.2f), zeroPoints = random.Floats(Rows, 0, half ? 15 : 255);
        byte[] codes = random.Bytes(Rows * Features, 0, half ? 15 : 255);
        var floats = new float[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            float scale = scales[i / Features], bias = -zeroPoints[i / Features] * scale;
            if (half) (scale, bias) = ((float)(Half)scale, (float)(Half)bias);
            floats[i] = MathF.FusedMultiplyAdd(scale, codes[i], bias);
        }
        byte[] packed = half ? [.. codes.Chunk(2).Select(pair => (byte)(pair[0] | (pair.Length > 1 ? pair[1] : 0) << 4))] : codes;
        return (new Tensor(type, [Rows, Features], packed, QuantParams.PerChannelFloat(scales, zeroPoints, 0)), floats);
    }
}
