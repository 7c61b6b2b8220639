using System.Management.Automation;
using QuantPS.Analysis;

namespace QuantPS.Commands;

/// <summary>Runs a model on images, and says what it takes them for.</summary>
/// <remarks>
/// <para>Images are prepared as the model asks: resized, cropped and normalised. Numbers are taken as they are.</para>
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
/// <returns>A prediction for each input: the class, its probability, and all scores.</returns>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "QuantModel", DefaultParameterSetName = PathSet)]
[OutputType(typeof(Prediction))]
public sealed class InvokeQuantModelCommand : QuantPSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TensorSet = "InputTensor";
    private const int BatchSize = 16;

    private readonly List<string> _images = [];
    private bool _modelsArePiped;

    /// <summary>The model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public QuantModel Model { get; set; } = null!;

    /// <summary>Image files. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Image files, whose paths are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>An input as numbers, as the network takes it: normalised, channel by channel, row by row.</summary>
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
        Run($"Running {Model.Name}", report =>
        {
            using var predictor = new ModelPredictor(Model, Math.Min(BatchSize, _images.Count), Environment.ProcessorCount);
            IProgress<int> progress = report.Counter(_images.Count, "images");
            int done = 0;
            foreach (Prediction prediction in predictor.Predict(_images, Top, (_, error) => report.Error(error), report.Cancellation))
            {
                report.Output(prediction);
                progress.Report(++done);
            }
            return done;
        });
        _images.Clear();
    }
}
