using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that compare models with a reference.</summary>
public abstract class ComparingCmdlet : QuantPSCmdlet
{
    private ModelComparer _comparer = null!;

    /// <summary>Labelled images: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits. Accuracy and layers are compared on them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource? Data { get; set; }

    /// <summary>Takes no more than so many images, spread evenly over the classes; all when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

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
        ImageDataset? data = Data is null ? null : Open(Data);
        if (First is int count) data = data?.Sample(count, seed: 0);
        _comparer = new ModelComparer(ComparedWith, data)
        {
            LayerSampleCount = LayerSampleCount, Duration = TimeSpan.FromSeconds(Duration), Rounds = RoundCount, Threads = Threads,
        };
    }

    /// <summary>Measures a model.</summary>
    protected ModelComparison Compare(QuantModel model, ComparisonParts parts) => Run($"Comparing {model.Name}", report =>
        _comparer.Compare(model, parts, (what, total) => report.Counter(total, what), (_, error) => report.Error(error), report.Cancellation));
}
