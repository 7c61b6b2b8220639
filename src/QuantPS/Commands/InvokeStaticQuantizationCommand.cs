using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Commands;

/// <summary>Quantizes weights and activations of a model to int8, with scales calibrated on images.</summary>
/// <remarks>
/// <para>
/// Fuses convolutions with their batch normalizations and ReLUs, runs the float model on the calibration images, observes the range of
/// every activation, and converts. Observers and their settings are those of PyTorch's default qconfig for the backend.
/// </para>
/// <para>Some hundred images of the kind that the model will see are enough. Labels are not used. The model that came in is not changed.</para>
/// </remarks>
/// <example>
/// <para>Quantize with images from folders.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 32
/// $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $model | Invoke-StaticQuantization -CalibrationData ./shapes/train -SampleCount 32
/// </code>
/// </example>
/// <example>
/// <para>Keep a layer in float.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 32
/// $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $model | Invoke-StaticQuantization ./shapes/train -SampleCount 32 -Backend Qnnpack -SkipModule linear
/// </code>
/// </example>
/// <returns>The int8 model.</returns>
/// <seealso cref="InvokeDynamicQuantizationCommand"/>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "StaticQuantization")]
[OutputType(typeof(QuantModel))]
public sealed class InvokeStaticQuantizationCommand : ModelCmdlet
{
    private ImageDataset _calibration = null!;

    /// <summary>The images to calibrate with: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource CalibrationData { get; set; } = null!;

    /// <summary>
    /// The backend whose numerics and default observers are used. Qnnpack has one scale for a weight and 8-bit activations, the others
    /// have a scale for each channel; of these, Fbgemm and X86 use 7 bits for activations.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<QuantizationBackend>))]
    public Choice<QuantizationBackend> Backend { get; set; } = QuantizationBackend.X86;

    /// <summary>The number of images to calibrate with, spread evenly over the classes; all where there are fewer.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int SampleCount { get; set; } = 512;

    /// <summary>The number of images in a batch. Observers see a batch at a time, and those that average or stretch depend on it.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 32;

    /// <summary>How the range of activations is observed; the backend's default when not given.</summary>
    [Parameter]
    [OneOf("MinMax", "MovingAverageMinMax", "Histogram")]
    [ArgumentCompleter(typeof(EnumCompleter<ObserverKind>))]
    public Choice<ObserverKind>? ActivationObserver { get; set; }

    /// <summary>How the range of weights is observed, for a whole tensor or for each channel; the backend's default when not given.</summary>
    [Parameter]
    [OneOf("MinMax", "PerChannelMinMax")]
    [ArgumentCompleter(typeof(EnumCompleter<ObserverKind>))]
    public Choice<ObserverKind>? WeightObserver { get; set; }

    /// <summary>Modules that stay in float, by their PyTorch names. Wildcards are allowed; a name stands for all modules below it.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] SkipModule { get; set; } = [];

    /// <summary>Quantizes each operator alone instead of fusing it with its neighbours first.</summary>
    [Parameter]
    public SwitchParameter NoFuse { get; set; }

    /// <summary>The seed of the choice of images.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => _calibration = Open(CalibrationData).Sample(SampleCount, Seed);

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        model.RequireFloat();
        model.RequireImages();
        QConfig qconfig = QConfig.For(Backend);
        var options = new StaticQuantizationOptions
        {
            Backend = Backend,
            QConfig = qconfig with { Activation = ActivationObserver ?? qconfig.Activation, Weight = WeightObserver ?? qconfig.Weight },
            Plan = new PlanOptions { SkipModules = [.. SkipModule], Fuse = !NoFuse },
            BatchSize = Math.Min(BatchSize, _calibration.Count),
        };
        WriteObject(Run($"Calibrating {model.Name}", report =>
        {
            var reader = new BatchReader(_calibration, model.Preprocessing, model.Graph.Inputs[0].Shape, options.BatchSize)
            {
                Unreadable = (_, error) => report.Error(error),
                Cancellation = report.Cancellation,
            };
            return StaticQuantizer.Quantize(model, options, reader.Select(batch => new InputBatch(batch.Input, batch.Count)),
                report.Counter(_calibration.Count, "images"), report.Cancellation);
        }));
    }
}
