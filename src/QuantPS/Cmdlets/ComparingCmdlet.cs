using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that compare models with a reference.</summary>
public abstract class ComparingCmdlet : QuantPSCmdlet
{
    private ModelComparer _comparer = null!;
    private string[] _vocabulary = [];

    /// <summary>
    /// Labelled images: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits. Accuracy and layers are compared on them. Or labelled
    /// texts, a .csv or .tsv file: the accuracy is compared. Or, for language models, a text, a .txt or .tokens file: the perplexity is compared.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource? Data { get; set; }

    /// <summary>Takes no more than so many images, spread evenly over the classes, or so many texts or tokens of a text, the first ones; all when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>
    /// The tokens that a language model knows, as Measure-ModelAccuracy takes them; when not given, the texts train.txt, valid.txt and test.txt that lie
    /// beside the data. Wildcards are allowed.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] VocabularyPath { get; set; } = [];

    /// <summary>The number of images that the layers are compared on, spread evenly over the classes.</summary>
    [Parameter]
    [ValidateRange(1, 100000)]
    public int LayerSampleCount { get; set; } = 16;

    /// <summary>For how many seconds the two models are timed in turns, after the warm-up.</summary>
    [Parameter]
    [ValidateRange(0.01, 3600.0)]
    public double Duration { get; set; } = 2;

    /// <summary>The number of rounds of timing. More of them narrow the range that the ratio lies in.</summary>
    [Parameter]
    [ValidateRange(1, 10001)]
    public int RoundCount { get; set; } = 15;

    /// <summary>The number of threads that a timed run uses.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = 1;

    /// <summary>The model to compare with, or null.</summary>
    protected abstract QuantModel? ComparedWith { get; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _vocabulary = [.. VocabularyPath.SelectMany(source => FilesAt(source, literally: false))];
        string? text = Data?.Path is { } path && TextVocabulary.IsText(path) ? FullPath(path) : null;
        TextDataset? texts = text is null && Data?.Path is { } file && TextDataset.IsPath(file) ? TextDataset.Read(FullPath(file)) : null;
        ImageDataset? images = Data is null || text is not null || texts is not null ? null : Open(Data);
        if (First is int count) (images, texts) = (images?.Sample(count, seed: 0), texts?.Take(count));
        _comparer = new ModelComparer(ComparedWith, images)
        {
            Texts = texts, Text = text is null ? null : model => Vocabulary(model, text).Encode(text, First),
            LayerSampleCount = LayerSampleCount, Duration = TimeSpan.FromSeconds(Duration), Rounds = RoundCount, Threads = Threads,
        };
    }

    /// <summary>The vocabulary of a language model: that of -VocabularyPath, or of the texts beside the one that it is measured on.</summary>
    /// <exception cref="QuantPSException"><c>VocabularyMissing</c>: there is none.</exception>
    private TextVocabulary Vocabulary(QuantModel model, string text)
    {
        string[] sources = VocabularyPath.Length > 0 ? _vocabulary : [.. TextVocabulary.CorpusBeside(text)];
        return sources.Length > 0 ? ModelPerplexity.ReadVocabulary(model, sources) : throw new QuantPSException("VocabularyMissing",
            $"The tokens that '{model.Name}' knows are not given: name the file of them, or the texts that it was trained with, with -VocabularyPath.", model.Name);
    }

    /// <summary>Measures a model.</summary>
    protected ModelComparison Compare(QuantModel model, ComparisonParts parts) => Run($"Comparing {model.Name}", report =>
        _comparer.Compare(model, parts, (what, total) => report.Counter(total, what), (_, error) => report.Error(error), report.Cancellation));
}
