using QuantPS.Analysis;
using QuantPS.Zoo;

namespace QuantPS.Tests.Analysis;

public sealed class SequencePredictorTests
{
    [Fact]
    public void A_language_model_gives_the_scores_of_the_token_after_the_last_one()
    {
        Prediction prediction = SequencePredictor.Predict(TinyLanguageModel.OfTable([1, 2, 3, 4, 5, 7, 9, 8, 6], 3), [0, 2, 1], top: 2);

        Assert.Equal([4, 5, 7], prediction.Output);
        Assert.Equal(["2", "1"], prediction.Top.Select(token => token.Label));
        Assert.Equal(Math.Exp(7) / (Math.Exp(4) + Math.Exp(5) + Math.Exp(7)), prediction.Score, 1e-12);
    }

    [Fact]
    public void A_recurrent_network_reads_all_steps_from_states_of_zeros()
    {
        QuantModel model = TinyLanguageModel.Recurrent(5);
        using var reader = new LanguageModel(model, batchSize: 1, length: 1, threads: 1);
        float[] expected = [];
        foreach (long token in new long[] { 1, 4, 2 })
        {
            reader.Tokens[0] = token;
            expected = reader.Run(1, TestContext.Current.CancellationToken).ToArray();
        }

        Assert.Equal(expected, SequencePredictor.Predict(model, [1, 4, 2], top: 5).Output, (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void The_steps_of_a_sequence_of_numbers_stand_one_after_another()
    {
        QuantModel model = Architectures.Find("lstm_for_demonstration").Create(0);
        float[] steps = [.. Enumerable.Range(0, 24).Select(i => i / 24f)];

        Assert.Equal(8, SequencePredictor.Predict(model, steps, top: 1).Output.Length);
        Assert.NotEqual(SequencePredictor.Predict(model, steps, top: 1).Output, SequencePredictor.Predict(model, steps.AsSpan(8), top: 1).Output);
    }

    [Theory]
    [InlineData("lstm_for_demonstration", 0)]
    [InlineData("lstm_for_demonstration", 7)]
    [InlineData("word_language_model", 0)]
    [InlineData("word_language_model", 1, -1f)]
    [InlineData("word_language_model", 1, 0.5f)]
    [InlineData("word_language_model", 1, 5f)]
    public void What_is_no_sequence_of_the_network_is_an_error(string name, int count, float number = 0) => Assert.Equal("InputShapeMismatch",
        Assert.Throws<QuantPSException>(() => SequencePredictor.Predict(_models[name], [.. Enumerable.Repeat(number, count)], top: 1)).ErrorId);

    private static readonly Dictionary<string, QuantModel> _models = new()
    {
        ["lstm_for_demonstration"] = Architectures.Find("lstm_for_demonstration").Create(0), ["word_language_model"] = TinyLanguageModel.Recurrent(5),
    };
}
