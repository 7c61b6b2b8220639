using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>Measures how many labelled images a model gets right.</summary>
/// <remarks>
/// <para>
/// Runs the model on all images, and compares the class with the highest score (Top1) and the five highest (Top5) with the label. Classes
/// are matched by name where the model knows the names of all classes of the data, else by their order.
/// </para>
/// <para>An image that cannot be read is an error of its own; the others are measured.</para>
/// </remarks>
/// <example>
/// <para>Measure on images in folders, one for each class.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 10 -Test 50
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy -Data ./shapes/test
/// </code>
/// </example>
/// <returns>Top1 and Top5 in percent, the number of images, and the mean cross-entropy loss.</returns>
/// <seealso cref="ImportImageDatasetCommand"/>
/// <seealso cref="MeasureModelLatencyCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ModelAccuracy")]
[OutputType(typeof(AccuracyReport))]
public sealed class MeasureModelAccuracyCommand : ModelCmdlet
{
    private ImageDataset _data = null!;

    /// <summary>Labelled images: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public DatasetSource Data { get; set; } = null!;

    /// <summary>Measures no more than so many images, spread evenly over the classes; all when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The number of images that run at once. The result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 32;

    /// <summary>The number of threads; all processors when not given. The result does not depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _data = Open(Data);
        if (First is int count) _data = _data.Sample(count, seed: 0);
    }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        WarnOfFewerClasses(model, _data);
        WriteObject(Run($"Measuring {model.Name} on {_data.Name}", report => ModelAccuracy.Measure(
            model, _data, Math.Min(BatchSize, _data.Count), Threads ?? Environment.ProcessorCount, (_, error) => report.Error(error),
            report.Counter(_data.Count, "images"), report.Cancellation)));
    }
}
