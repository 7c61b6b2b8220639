using QuantPS.Engine;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.OracleTests.Export;

/// <summary>Exported language models in libtorch against the engine, at several lengths of the same archive.</summary>
public sealed class SequenceExportTests(ITestOutputHelper output)
{
    private const int Batch = 3, MaxLength = 11;

    private static readonly (int Batch, int Length)[] s_runs = [(1, 1), (Batch, MaxLength), (2, 5)];

    [Theory]
    [InlineData(Weights.Float32, 1e-5f)]
    [InlineData(Weights.Float16, 1e-5f)]
    [InlineData(Weights.Int8, 1e-3f)]
    [InlineData(Weights.Int4Tables, 1e-3f)]
    public void A_word_model_gives_the_same_scores_and_states_in_libtorch(Weights weights, float tolerance)
    {
        foreach ((QEngine engine, bool reduceRange) in new[] { (QEngine.Fbgemm, true), (QEngine.Qnnpack, false) })
            Check(new SequenceNetworks(weights, reduceRange).WordModel(MaxLength), engine, tolerance, 3);
    }

    /// <summary>A float that is another in its last bit can get the next code.</summary>
    [Theory]
    [InlineData(Weights.Float32, false, 1e-5f)]
    [InlineData(Weights.Float32, true, 1e-5f)]
    [InlineData(Weights.Float16, false, 1e-5f)]
    [InlineData(Weights.Int8, false, 1e-2f)]
    [InlineData(Weights.Int4Tables, true, 1e-2f)]
    public void An_encoder_gives_the_same_scores_in_libtorch(Weights weights, bool approximate, float tolerance) =>
        Check(new SequenceNetworks(weights, reduceRange: true).Encoder(MaxLength, approximate), QEngine.Fbgemm, tolerance, 2);

    [Theory]
    [InlineData(false, 1e-5f)]
    [InlineData(true, 1e-2f)]
    public void BERT_gives_the_same_scores_in_libtorch(bool dynamic, float tolerance)
    {
        QuantModel model = Architectures.Find("bert_tiny").Create(1, classCount: 7);
        if (dynamic) model = DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions { ModuleTypes = ["Linear", "Embedding"] }).Model;
        Check(model.Graph, QEngine.Fbgemm, tolerance, 1);
    }

    [Theory]
    [InlineData(Weights.Float32)]
    [InlineData(Weights.Int8)]
    [InlineData(Weights.Int4Tables)]
    public void Rows_of_tables_are_equal_in_libtorch(Weights weights) =>
        Check(new SequenceNetworks(weights, reduceRange: true).Rows(MaxLength), QEngine.Fbgemm, 0, 1);

    [Theory]
    [InlineData(Weights.Float32)]
    [InlineData(Weights.Int8)]
    [InlineData(Weights.Int4Tables)]
    public void Bags_give_the_same_rows_in_libtorch(Weights weights)
    {
        foreach (EmbeddingBagMode mode in Enum.GetValues<EmbeddingBagMode>())
            Check(new SequenceNetworks(weights, reduceRange: true).Bag(mode, hasFactors: false, MaxLength), QEngine.Fbgemm, Tolerance(mode), 1);
        Check(new SequenceNetworks(weights, reduceRange: true).Bag(EmbeddingBagMode.Sum, hasFactors: true, MaxLength), QEngine.Fbgemm, Tolerance(EmbeddingBagMode.Sum), 1);

        // libtorch sums rows of codes as the engine does; where it makes floats of them first, it adds in another order.
        float Tolerance(EmbeddingBagMode mode) => mode == EmbeddingBagMode.Max || (mode == EmbeddingBagMode.Sum && weights != Weights.Float32) ? 0 : 1e-5f;
    }

    private void Check(Graph graph, QEngine engine, float tolerance, int outputs)
    {
        using var network = new ExportedNetwork(graph, engine, Batch, MaxLength);
        float largest = 0;
        foreach ((int batch, int length) in s_runs)
        {
            (float[] Ours, float[] Theirs)[] results = network.Run(Inputs(graph, batch, length), batch, length);
            Assert.Equal(outputs, results.Length);
            foreach ((float[] ours, float[] theirs) in results)
            {
                float error = ExportedModel.LargestError(ours, theirs);
                Assert.True(error <= tolerance, $"{engine}, {batch} of {length}: the largest error is {error} of the largest result.");
                Assert.True(theirs.Distinct().Count() > theirs.Length / 4);
                largest = MathF.Max(largest, error);
            }
        }
        output.WriteLine($"{engine}, {graph.Output}: the largest error is {largest} of the largest result.");
    }

    private static Dictionary<string, Array> Inputs(Graph graph, int batch, int length)
    {
        var random = new RandomValues(length);
        return graph.Inputs.ToDictionary(input => input.Name, Array (input) =>
        {
            int count = batch * (input.IsSequence ? length * (int)(input.Shape.ElementCount / input.Shape[0]) : (int)input.Shape.ElementCount);
            // The first step is never masked.
            int highest = input.Name is "types" or "mask" or "token_type_ids" or "attention_mask" ? 1 : SequenceNetworks.Vocabulary - 1;
            return input.Element == ElementType.Float32 ? random.Reals(count, -1, 1)
                : Enumerable.Range(0, count).Select(i => (input.Name is "mask" or "attention_mask") && i % length == 0 ? 1L : random.Integer(0, highest)).ToArray();
        });
    }
}
