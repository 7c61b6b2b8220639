using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Engine;

namespace QuantPS.Commands;

/// <summary>Runs a model on images or on text, and says what it takes them for.</summary>
/// <remarks>
/// <para>Images are prepared as the model asks: resized, cropped and normalised. Numbers are taken as they are.</para>
/// <para>
/// Text is cut into the tokens of the model's vocabulary; what is longer than the network takes loses its end. The network looks at the tokens
/// of a text alone, whatever runs beside it.
/// </para>
/// <para>An image that cannot be read is an error of its own; the others follow.</para>
/// </remarks>
/// <example>
/// <para>Classify images.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 10 -Test 10
/// $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $model | Invoke-QuantModel -Path ./shapes/test/*/*.png
/// </code>
/// </example>
/// <example>
/// <para>Run a model on numbers.</para>
/// <code>
/// $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $numbers = [float[]]::new(3 * 32 * 32)
/// ($model | Invoke-QuantModel -InputTensor $numbers).Output
/// </code>
/// </example>
/// <example>
/// <para>Classify text, and pairs of texts.</para>
/// <code>
/// [System.IO.Directory]::CreateDirectory("$($PWD.ProviderPath)/my-bert") | Out-Null
/// Get-QuantizedPretrained bert_tiny -Float -Untrained | Export-QuantModel ./my-bert/model.safetensors
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/my-bert/vocab.txt", [string[]]('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'fine', 'film'))
/// $bert = Import-QuantModel ./my-bert
/// $bert | Invoke-QuantModel -Text 'A fine film', 'A film'
/// $bert | Invoke-QuantModel -Text 'A fine film' -TextPair 'A film'
/// </code>
/// </example>
/// <returns>A prediction for each input: the class, its probability, and all scores.</returns>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "QuantModel", DefaultParameterSetName = PathSet)]
[OutputType(typeof(Prediction), typeof(TextPrediction))]
public sealed class InvokeQuantModelCommand : QuantPSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TensorSet = "InputTensor";
    private const string TextSet = "Text";
    private const int BatchSize = 16;

    private readonly List<string> _images = [];
    private bool _modelsArePiped;

    /// <summary>The model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel Model { get; set; } = null!;

    /// <summary>Image files. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Image files, whose paths are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Texts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] Text { get; set; } = [];

    /// <summary>The second texts of pairs, one for each text.</summary>
    [Parameter(ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] TextPair { get; set; } = [];

    /// <summary>The most tokens of a text or a pair; as many as the network takes when not given.</summary>
    [Parameter(ParameterSetName = TextSet)]
    [ValidateRange(3, int.MaxValue)]
    public int? MaxLength { get; set; }

    /// <summary>
    /// An input as numbers, as the network takes it: of an image normalised, channel by channel, row by row; of text the ids of its tokens; of
    /// another sequence the numbers of each step after those of the one before. A language model gives the scores of the token that follows.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = TensorSet)]
    public float[] InputTensor { get; set; } = [];

    /// <summary>How many classes each prediction lists, from the most probable on.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Top { get; set; } = 5;

    /// <inheritdoc/>
    protected override void Begin() => _modelsArePiped = !MyInvocation.BoundParameters.ContainsKey(nameof(Model));

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == TextSet)
        {
            Run($"Running {Model.Name}", report =>
            {
                int done = 0;
                foreach (TextPrediction prediction in TextPredictor.Predict(Model, Text, TextPair, Top, MaxLength, Environment.ProcessorCount, report.Cancellation))
                {
                    report.Output(prediction);
                    done++;
                }
                return done;
            });
            return;
        }
        if (ParameterSetName == TensorSet && SequencePredictor.Takes(Model))
        {
            WriteObject(SequencePredictor.Predict(Model, InputTensor, Top));
            return;
        }
        if (ParameterSetName == TensorSet && Model.Graph.Inputs[0].Element == ElementType.Int64)
        {
            WriteObject(TextPredictor.Predict(Model, InputTensor, Top));
            return;
        }
        if (ParameterSetName == TensorSet)
        {
            using var predictor = new ModelPredictor(Model, batchSize: 1, threads: 1);
            WriteObject(predictor.Predict(InputTensor, Top));
            return;
        }
        bool literally = ParameterSetName == LiteralPathSet;
        ForEach(literally ? LiteralPath : Path, path => _images.AddRange(FilesAt(path, literally)));
        // Piped images are gathered, so that they run in batches.
        if (_modelsArePiped) RunImages();
    }

    /// <inheritdoc/>
    protected override void End() => RunImages();

    private void RunImages()
    {
        if (_images.Count == 0) return;
        string[] images = [.. _images];
        _images.Clear();
        Run($"Running {Model.Name}", report =>
        {
            using var predictor = new ModelPredictor(Model, Math.Min(BatchSize, images.Length), Environment.ProcessorCount);
            IProgress<int> progress = report.Counter(images.Length, "images");
            int done = 0;
            foreach (Prediction prediction in predictor.Predict(images, Top, (_, error) => report.Error(error), report.Cancellation))
            {
                report.Output(prediction);
                progress.Report(++done);
            }
            return done;
        });
    }
}
