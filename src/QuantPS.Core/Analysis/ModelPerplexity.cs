using System.Numerics;
using System.Runtime.InteropServices;
using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Measures how well language models foretell a text.</summary>
public static class ModelPerplexity
{
    /// <summary>The number of parts that a text is read in at once, as PyTorch's word_language_model evaluates.</summary>
    public const int DefaultBatchSize = 10;

    /// <summary>The number of tokens of a segment (<c>bptt</c>), as there.</summary>
    public const int DefaultLength = 35;

    /// <summary>
    /// Whether a model is a language model: it takes the indices of tokens as a sequence and the states of its recurrent modules, and gives
    /// a score for each token after each step, and the last states.
    /// </summary>
    public static bool IsLanguageModel(QuantModel model) => LanguageModel.Is(model.Graph);

    /// <summary>The vocabulary of a language model: the files read as words, or as characters where that is what fits its number of tokens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="paths">The files, as <see cref="TextVocabulary.Read"/> takes them.</param>
    /// <exception cref="QuantPSException"><c>ModelNotForText</c>; <c>VocabularyUnreadable</c>; <c>VocabularyMismatch</c>: neither fits.</exception>
    public static TextVocabulary ReadVocabulary(QuantModel model, IReadOnlyList<string> paths)
    {
        RequireLanguageModel(model);
        int count = LanguageModel.TokenCountOf(model.Graph);
        TextVocabulary words = TextVocabulary.Read(paths, TokenUnit.Word);
        if (words.Tokens.Length == count) return words;
        TextVocabulary characters = TextVocabulary.Read(paths, TokenUnit.Character);
        return characters.Tokens.Length == count ? characters : throw new QuantPSException("VocabularyMismatch",
            $"'{model.Name}' knows {count:N0} tokens, and the vocabulary of {string.Join(", ", paths)} has {words} or {characters}. "
            + "Give the texts that the model was trained with, in the order in which its vocabulary was made, or a file with a token a line.", paths[0]);
    }

    /// <summary>
    /// Reads a text as PyTorch's word_language_model evaluates: it is cut into as many equal parts as the batch has samples, which are read side
    /// by side in segments; the states are carried on from segment to segment. What is left at the end is not read.
    /// </summary>
    /// <param name="model">A language model.</param>
    /// <param name="text">The text, in the tokens of the model's vocabulary.</param>
    /// <param name="batchSize">The number of parts.</param>
    /// <param name="length">
    /// The number of tokens of a segment. The result of a float model does not depend on it; a dynamic one chooses the ranges of its activations for a
    /// segment of the batch as a whole.
    /// </param>
    /// <param name="threads">The number of threads; the result does not depend on it.</param>
    /// <param name="progress">Told the number of tokens done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>ModelNotForText</c>: it is no language model. <c>VocabularyMismatch</c>: it has another number of tokens than the vocabulary.
    /// <c>TextTooShort</c>: the text has not two tokens for each part.
    /// </exception>
    public static PerplexityReport Measure(QuantModel model, TextData text, int batchSize = DefaultBatchSize, int length = DefaultLength,
        int threads = 1, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        RequireLanguageModel(model);
        int known = LanguageModel.TokenCountOf(model.Graph), part = text.Ids.Length / batchSize;
        if (known != text.Vocabulary.Tokens.Length)
            throw new QuantPSException("VocabularyMismatch", $"'{model.Name}' knows {known:N0} tokens, and the vocabulary has {text.Vocabulary}.", text.Path);
        if (part < 2)
            throw new QuantPSException("TextTooShort",
                $"'{text.Path}' has {text.Ids.Length} tokens, and a batch of {batchSize} takes at least {2 * batchSize}. Give a longer text or a smaller batch (-BatchSize).", text.Path);
        using var network = new LanguageModel(model, batchSize, Math.Min(length, part - 1), threads);
        double loss = 0;
        for (int start = 0; start < part - 1; start += length)
        {
            int steps = Math.Min(length, part - 1 - start);
            for (int i = 0; i < batchSize * steps; i++) network.Tokens[i] = IdAt(i, 0);
            ReadOnlySpan<float> scores = network.Run(steps, cancel);
            for (int i = 0; i < batchSize * steps; i++) loss += CrossEntropy(scores.Slice(i * known, known), IdAt(i, 1));
            progress?.Report(batchSize * (start + steps));

            int IdAt(int row, int ahead) => text.Ids[row / steps * part + start + row % steps + ahead];
        }
        int count = batchSize * (part - 1);
        loss /= count;
        return new(model.Name, model.Precision, Math.Exp(loss), loss, count, text.Vocabulary.Unit, text.UnknownCount, text.Name);
    }

    private static void RequireLanguageModel(QuantModel model)
    {
        if (!IsLanguageModel(model))
            throw new QuantPSException("ModelNotForText", $"'{model.Name}' is no language model: it does not take tokens and give scores for the next one.", model.Name);
    }

    // There is a sum over all tokens for each token of the text: it counts.
    private static double CrossEntropy(ReadOnlySpan<float> scores, int label)
    {
        float highest = float.NegativeInfinity;
        foreach (float score in scores) highest = Math.Max(highest, score);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(scores);
        Vector<double> sums = Vector<double>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(Vector.Exp(vector - new Vector<float>(highest)), out Vector<double> low, out Vector<double> high);
            sums += low + high;
        }
        double sum = Vector.Sum(sums);
        foreach (float score in scores[(vectors.Length * Vector<float>.Count)..]) sum += Math.Exp(score - highest);
        return Math.Log(sum) + highest - scores[label];
    }
}
