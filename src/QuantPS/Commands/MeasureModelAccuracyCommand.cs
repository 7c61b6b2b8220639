using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>Measures how many labelled images or texts a model gets right, or how well a language model foretells a text.</summary>
/// <remarks>
/// <para>
/// Runs the model on all images, and compares the class with the highest score (Top1) and the five highest (Top5) with the label. Classes
/// are matched by name where the model knows the names of all classes of the data, else by their order.
/// </para>
/// <para>
/// Texts come from a file with commas (.csv) or tabs (.tsv), whose first line names the columns: text, label and, for pairs, text_pair. Labels
/// are the model's, or the numbers of its classes.
/// </para>
/// <para>An image that cannot be read is an error of its own; the others are measured.</para>
/// <para>
/// A language model reads a text file (.txt or .tokens) as PyTorch's word_language_model evaluates: in as many parts as -BatchSize says, side by side,
/// in segments of -SequenceLength tokens, with the states carried on. The result is the mean loss of the next token and its exponential, the
/// perplexity. -VocabularyPath says which tokens the model knows: words, or characters where their number is the one that the model was made for.
/// </para>
/// </remarks>
/// <example>
/// <para>Measure on images in folders, one for each class.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 10 -Test 50
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy -Data ./shapes/test
/// </code>
/// </example>
/// <example>
/// <para>Measure on texts.</para>
/// <code>
/// [System.IO.Directory]::CreateDirectory("$($PWD.ProviderPath)/my-bert") | Out-Null
/// Get-QuantizedPretrained bert_tiny -Float -Untrained | Export-QuantModel ./my-bert/model.safetensors
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/my-bert/vocab.txt", [string[]]('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'fine', 'film', 'dull'))
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/films.csv", [string[]]('text,label', 'a fine film,1', 'a dull film,0'))
/// Import-QuantModel ./my-bert | Measure-ModelAccuracy -Data ./films.csv
/// </code>
/// </example>
/// <example>
/// <para>Measure the perplexity of a language model.</para>
/// <code>
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/words.txt", [string[]](1..33278))
/// [System.IO.File]::WriteAllText("$($PWD.ProviderPath)/text.txt", "$(1..200)")
/// $model = Get-QuantizedPretrained word_language_model -Float -Untrained
/// $model | Measure-ModelAccuracy -Data ./text.txt -VocabularyPath ./words.txt
/// </code>
/// <para>
/// This one is not trained, and its 33,278 words are numbers. Import-QuantModel ./model.pth -Architecture word_language_model reads one that is: its vocabulary
/// is that of the folder of the texts that it was trained with.
/// </para>
/// </example>
/// <returns>
/// Top1 and Top5 in percent, the number of images or texts, and the mean cross-entropy loss. Of a language model the perplexity, the loss, and the number of
/// tokens that were foretold.
/// </returns>
/// <seealso cref="ImportImageDatasetCommand"/>
/// <seealso cref="MeasureModelLatencyCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ModelAccuracy")]
[OutputType(typeof(AccuracyReport), typeof(PerplexityReport))]
public sealed class MeasureModelAccuracyCommand : ModelCmdlet
{
    private ImageDataset? _data;
    private TextDataset? _texts;
    private string? _text;

    /// <summary>Labelled images: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits. Or labelled texts: a .csv or .tsv file. Or, for a language model, a text: a .txt or .tokens file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource Data { get; set; } = null!;

    /// <summary>Measures no more than so many images, spread evenly over the classes, or so many texts or tokens of a text, the first ones; all when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>
    /// The number of images or texts that run at once, 32 when not given: the result does not depend on it. Of a language model the number of parts
    /// that the text is read in, 10 when not given.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int? BatchSize { get; set; }

    /// <summary>
    /// The tokens that a language model knows, in the order of their ids: a file with a token a line; or the texts that it was trained with, in the order
    /// in which its vocabulary was made; or a folder with train.txt, valid.txt and test.txt, as PyTorch's word_language_model reads them. When not
    /// given, the texts of these names that lie beside the data. Wildcards are allowed.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] VocabularyPath { get; set; } = [];

    /// <summary>The number of tokens of a segment of a language model's text (bptt). In float the result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int SequenceLength { get; set; } = ModelPerplexity.DefaultLength;

    /// <summary>The number of threads; all processors when not given. The result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (Data.Path is { } text && TextVocabulary.IsText(text))
        {
            _text = FullPath(text);
            return;
        }
        if (Data.Path is { } path && TextDataset.IsPath(path))
        {
            _texts = TextDataset.Read(FullPath(path));
            return;
        }
        _data = Open(Data);
        if (First is int count) _data = _data.Sample(count, seed: 0);
    }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        int threads = Threads ?? Environment.ProcessorCount;
        if (_text is not null)
        {
            WriteObject(MeasureText(model, _text, threads));
            return;
        }
        if (ModelPerplexity.IsLanguageModel(model))
            throw new QuantPSException("DatasetMismatch", $"'{model.Name}' is a language model: give a text with -Data, a .txt or .tokens file.", Data);
        int batchSize = BatchSize ?? 32;
        if (_texts is { } texts)
        {
            int count = Math.Min(First ?? int.MaxValue, texts.Examples.Length);
            WriteObject(Run($"Measuring {model.Name} on {texts.Name}", report =>
                TextAccuracy.Measure(model, texts, First, batchSize, threads, report.Counter(count, "texts"), report.Cancellation)));
            return;
        }
        ImageDataset data = _data!;
        WarnOfFewerClasses(model, data);
        WriteObject(Run($"Measuring {model.Name} on {data.Name}", report => ModelAccuracy.Measure(
            model, data, Math.Min(batchSize, data.Count), threads, (_, error) => report.Error(error),
            report.Counter(data.Count, "images"), report.Cancellation)));
    }

    private PerplexityReport MeasureText(QuantModel model, string path, int threads)
    {
        string[] sources = VocabularyPath.Length > 0 ? [.. VocabularyPath.SelectMany(source => FilesAt(source, literally: false))] : [.. TextVocabulary.CorpusBeside(path)];
        if (sources.Length == 0)
            throw new QuantPSException("VocabularyMissing",
                $"The tokens that '{model.Name}' knows are not given: name the file of them, or the texts that it was trained with, with -VocabularyPath.", model.Name);
        return Run($"Measuring {model.Name} on {System.IO.Path.GetFileName(path)}", report =>
        {
            TextData text = ModelPerplexity.ReadVocabulary(model, sources).Encode(path, First);
            return ModelPerplexity.Measure(model, text, BatchSize ?? ModelPerplexity.DefaultBatchSize, SequenceLength, threads,
                report.Counter(text.Ids.Length, "tokens"), report.Cancellation);
        });
    }
}
