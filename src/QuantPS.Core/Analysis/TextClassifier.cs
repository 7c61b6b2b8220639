using System.Globalization;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Zoo;

namespace QuantPS.Analysis;

/// <summary>A network for text ready to give scores for classes, batch by batch.</summary>
internal sealed class TextClassifier : IDisposable
{
    private readonly CompiledGraph _compiled;
    private readonly RunBuffers _buffers;

    /// <summary>Compiles a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batchSize">The most sequences of a run.</param>
    /// <param name="maxLength">The most tokens of a sequence.</param>
    /// <param name="threads">The number of threads.</param>
    /// <exception cref="QuantPSException"><c>ModelNotForText</c>: it does not take tokens.</exception>
    public TextClassifier(QuantModel model, int batchSize, int maxLength, int threads)
    {
        RequireText(model);
        Model = model;
        _compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            MaxBatch = batchSize, MaxLength = maxLength, Threads = threads, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
        });
        _buffers = _compiled.CreateBuffers();
    }

    public QuantModel Model { get; }

    public int ClassCount => _compiled.OutputShape[0];

    /// <summary>Throws unless a model classifies text.</summary>
    public static void RequireText(QuantModel model)
    {
        if (!model.Graph.Inputs.Any(input => input.Name == Bert.Tokens))
            throw new QuantPSException("ModelNotForText", $"'{model.Name}' does not take text: it is of the architecture {model.Architecture}. Import a BERT model, with -Architecture bert.", model.Name);
    }

    /// <summary>How a model's text becomes tokens.</summary>
    /// <exception cref="QuantPSException"><c>ModelNotForText</c>, <c>VocabularyMissing</c>.</exception>
    public static TextPreprocessing PreprocessingOf(QuantModel model)
    {
        RequireText(model);
        return model.Text ?? throw new QuantPSException("VocabularyMissing",
            $"'{model.Name}' has no vocabulary to make tokens with. Import it from a folder with its {TextPreprocessing.VocabularyFile}, or name that with -VocabularyPath.", model.Name);
    }

    /// <summary>What the network gives, sequence after sequence; valid until the next call.</summary>
    /// <param name="sequences">The sequences; shorter ones are filled up, and the network looks at what they hold alone.</param>
    /// <param name="padding">The id that fills up.</param>
    /// <param name="cancel">Stops it.</param>
    public ReadOnlySpan<float> Run(IReadOnlyList<TokenSequence> sequences, int padding, CancellationToken cancel)
    {
        int length = sequences.Max(sequence => sequence.Ids.Length);
        Span<long> ids = _buffers.Indices(Bert.Tokens), types = _buffers.Indices(Bert.Types), mask = _buffers.Indices(Bert.Mask);
        foreach ((int row, TokenSequence sequence) in sequences.Index())
            for (int i = 0, at = row * length; i < length; i++, at++)
                (ids[at], types[at], mask[at]) = i < sequence.Ids.Length ? (sequence.Ids[i], sequence.Types[i], 1L) : (padding, 0, 0);
        _compiled.Run(_buffers, sequences.Count, length, cancel: cancel);
        return _buffers.Results(Model.Graph.Output)[..(sequences.Count * ClassCount)];
    }

    public string LabelOf(int index) => index < Model.Labels.Length ? Model.Labels[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The class of a label: by name where the model knows it, else the number that it is; null where there is none.</summary>
    public int? IndexOf(string label)
    {
        int index = Model.Labels.IndexOf(PlainText.Of(label), 0, StringComparer.OrdinalIgnoreCase);
        if (index >= 0) return index;
        return int.TryParse(label, CultureInfo.InvariantCulture, out index) && index >= 0 && index < ClassCount ? index : null;
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _compiled.Dispose();
    }
}
