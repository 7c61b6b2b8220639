using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Tests.Analysis;

public sealed class ModelPerplexityTests
{
    [Fact]
    public void The_perplexity_is_the_one_that_one_works_out_by_hand()
    {
        // After a comes b with odds of e to 1, 1; after b all are equally likely.
        QuantModel model = TinyLanguageModel.OfTable([0, 1, 0, 0, 0, 0, 5, 0, 0], 3);

        PerplexityReport report = ModelPerplexity.Measure(model, Text("a b a c c", "a b b a"), batchSize: 1, cancel: TestContext.Current.CancellationToken);

        double loss = (Math.Log(2 + Math.E) - 1 + 2 * Math.Log(3)) / 3;
        Assert.Equal(loss, report.Loss, 1e-6);
        Assert.Equal(Math.Exp(loss), report.Perplexity, 1e-5);
        Assert.Equal((3, TokenUnit.Word, "text.txt"), (report.Count, report.Unit, report.Data));
    }

    [Fact]
    public void The_text_is_read_in_as_many_parts_as_the_batch_has_samples_and_the_rest_is_left()
    {
        QuantModel model = TinyLanguageModel.OfTable([0, 1, 0, 0, 0, 0, 5, 0, 0], 3);

        // a b | b a, and the last c is in no part.
        PerplexityReport report = ModelPerplexity.Measure(model, Text("a b c", "a b b a c"), batchSize: 2, cancel: TestContext.Current.CancellationToken);

        Assert.Equal(2, report.Count);
        Assert.Equal((Math.Log(2 + Math.E) - 1 + Math.Log(3)) / 2, report.Loss, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void States_are_carried_on_from_segment_to_segment(bool gru)
    {
        QuantModel model = TinyLanguageModel.Recurrent(7, gru);
        TextData text = Text("a b c d e f g", RandomText(200));

        double[] losses = [.. new[] { 1, 3, 35, 1000 }.Select(length => ModelPerplexity.Measure(model, text, 4, length, cancel: TestContext.Current.CancellationToken).Loss)];
        double whole = ModelPerplexity.Measure(model, text, 1, 1000, cancel: TestContext.Current.CancellationToken).Loss;

        Assert.All(losses, loss => Assert.Equal(losses[0], loss, 1e-6));
        Assert.NotEqual(losses[0], whole, 1e-6);
    }

    [Fact]
    public void The_result_does_not_depend_on_threads_and_progress_reaches_the_count()
    {
        QuantModel model = TinyLanguageModel.Recurrent(7);
        TextData text = Text("a b c d e f g", RandomText(200));
        int last = 0;

        PerplexityReport one = ModelPerplexity.Measure(model, text, threads: 1, progress: new Told(done => last = done), cancel: TestContext.Current.CancellationToken);

        Assert.Equal(one, ModelPerplexity.Measure(model, text, threads: 2, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(one.Count, last);
    }

    [Fact]
    public void A_vocabulary_is_of_words_or_of_characters_as_fits_the_model()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.txt", "ab ba\nab ba\n");

        Assert.Equal(TokenUnit.Word, Unit(3));
        Assert.Equal(TokenUnit.Character, Unit(4));
        var error = Assert.Throws<QuantPSException>(() => Unit(9));
        Assert.Equal("VocabularyMismatch", error.ErrorId);
        Assert.Contains("9 tokens", error.Message);

        TokenUnit Unit(int tokens) => ModelPerplexity.ReadVocabulary(TinyLanguageModel.Recurrent(tokens), [text]).Unit;
    }

    [Fact]
    public void What_cannot_be_measured_is_an_error_that_says_why()
    {
        Assert.Equal("ModelNotForText", Fail(ColourNet.Create(), Text("a b c", "a b")).ErrorId);
        Assert.Equal("VocabularyMismatch", Fail(TinyLanguageModel.Recurrent(7), Text("a b c", "a b")).ErrorId);
        QuantPSException tooShort = Fail(TinyLanguageModel.Recurrent(4), Text("a b c d", "a b c"));
        Assert.Equal("TextTooShort", tooShort.ErrorId);
        Assert.Contains("text.txt", tooShort.Message);
    }

    private static QuantPSException Fail(QuantModel model, TextData text) =>
        Assert.Throws<QuantPSException>(() => ModelPerplexity.Measure(model, text, batchSize: 2, cancel: TestContext.Current.CancellationToken));

    private static string RandomText(int count)
    {
        var random = new Random(2);
        return string.Join(' ', Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(7))));
    }

    /// <summary>A text in the words of a vocabulary that does without the ends of lines.</summary>
    private static TextData Text(string words, string text)
    {
        using var folder = new TemporaryFolder();
        TextVocabulary vocabulary = TextVocabulary.Read([folder.Write("words.txt", string.Join('\n', words.Split(' ').Distinct()))], TokenUnit.Word);
        return vocabulary.Encode(folder.Write("text.txt", text));
    }

    private sealed class Told(Action<int> action) : IProgress<int>
    {
        public void Report(int value) => action(value);
    }
}
