using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Commands;

/// <summary>Trains a float model so that it stays accurate in int8, and quantizes it.</summary>
/// <remarks>
/// <para>
/// Quantization-aware training, as in PyTorch: the model is fused and trained on while its weights and activations are rounded to the
/// codes that they will have (fake quantization), so that it learns to do with them. After the last epoch it is converted. The command
/// returns when training is over.
/// </para>
/// <para>
/// Start from a trained model and a small learning rate; a few epochs are enough. Training needs libtorch, which comes with the module for
/// Linux and Windows on x64 and macOS on Arm; everything else works without it. Ctrl+C stops after the batch in work.
/// </para>
/// </remarks>
/// <example>
/// <para>Train, and look at the epochs.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 60 -Test 20
/// $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $int8 = $model | Start-QatTraining -TrainingData ./shapes/train -ValidationData ./shapes/test -Epoch 1
/// $int8.History[-1].Records
/// </code>
/// </example>
/// <returns>The int8 model; with -Float the trained float model. The last step of its History has a record for each epoch.</returns>
/// <seealso cref="InvokeStaticQuantizationCommand"/>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsLifecycle.Start, "QatTraining")]
[OutputType(typeof(QuantModel))]
public sealed class StartQatTrainingCommand : ModelCmdlet
{
    private static readonly TrainingOptions _default = new();

    private ImageDataset _training = null!;
    private ImageDataset? _validation;

    /// <summary>Labelled images to train on: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public DatasetSource TrainingData { get; set; } = null!;

    /// <summary>Labelled images to measure each epoch on. The training does not learn from them.</summary>
    [Parameter(Position = 1)]
    public DatasetSource? ValidationData { get; set; }

    /// <summary>The backend whose numerics the training prepares for.</summary>
    [Parameter]
    public QuantizationBackend Backend { get; set; } = QuantizationBackend.X86;

    /// <summary>How often all training images are seen.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int Epoch { get; set; } = _default.Epochs;

    /// <summary>The learning rate at the start.</summary>
    [Parameter]
    [ValidateRange(0.0, 1000.0)]
    public double LearningRate { get; set; } = _default.LearningRate;

    /// <summary>The rule by which gradients change weights.</summary>
    [Parameter]
    public TrainingOptimizer Optimizer { get; set; } = _default.Optimizer;

    /// <summary>How the learning rate goes on: it stays, falls in steps, or falls along a cosine to zero.</summary>
    [Parameter]
    public LearningRateSchedule Schedule { get; set; } = _default.Schedule;

    /// <summary>With the schedule Step, after how many epochs the learning rate is divided by ten, again and again.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int StepEpoch { get; set; } = _default.StepEpochs;

    /// <summary>The momentum of Sgd.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Momentum { get; set; } = _default.Momentum;

    /// <summary>The weight decay (L2 penalty).</summary>
    [Parameter]
    [ValidateRange(0.0, 1000.0)]
    public double WeightDecay { get; set; } = _default.WeightDecay;

    /// <summary>The number of images in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = _default.BatchSize;

    /// <summary>The epoch, from 0, from which observers no longer change the scales; by default after half of the epochs.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int? FreezeObserverEpoch { get; set; }

    /// <summary>The epoch, from 0, from which batch normalizations use and keep their running statistics; by default after half of the epochs, with -Float never.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int? FreezeBatchNormEpoch { get; set; }

    /// <summary>Modules that stay in float, by their PyTorch names. Wildcards are allowed; a name stands for all modules below it.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] SkipModule { get; set; } = [];

    /// <summary>Shows the training images as they are, and not cropped at random and flipped.</summary>
    [Parameter]
    public SwitchParameter NoAugmentation { get; set; }

    /// <summary>Trains without fake quantization, and emits the float model.</summary>
    [Parameter]
    public SwitchParameter Float { get; set; }

    /// <summary>The seed of everything that is random: order, augmentation, dropout.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>The number of threads; all processors when not given.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _training = Open(TrainingData);
        _validation = ValidationData is null ? null : Open(ValidationData);
    }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        WarnOfFewerClasses(model, _training);
        var options = new TrainingOptions
        {
            Epochs = Epoch, LearningRate = LearningRate, Optimizer = Optimizer, Momentum = Momentum, WeightDecay = WeightDecay,
            Schedule = Schedule, StepEpochs = StepEpoch, BatchSize = BatchSize, FreezeObserverEpoch = FreezeObserverEpoch,
            FreezeBatchNormEpoch = FreezeBatchNormEpoch, Augment = !NoAugmentation, Seed = Seed, Threads = Threads,
        };
        QuantModel trained = Run($"Training {model.Name}", report =>
        {
            var data = new TrainingData(_training, _validation) { Unreadable = (_, error) => report.Error(error) };
            var progress = new EpochProgress(report);
            return Float
                ? ModelTrainer.TrainFloat(model, data, options, progress, report.Cancellation)
                : ModelTrainer.TrainQuantized(model, data,
                    new QatOptions { Backend = Backend, Plan = new PlanOptions { SkipModules = [.. SkipModule] }, Training = options },
                    progress, report.Cancellation);
        });
        foreach (EpochRecord epoch in trained.History[^1].Records.OfType<EpochRecord>()) WriteVerbose(epoch.ToString());
        WriteObject(trained);
    }

    private sealed class EpochProgress(WorkReport report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report.Progress(
            (value.Epoch - 1L) * value.Batches + value.Batch, (long)value.Epochs * value.Batches,
            FormattableString.Invariant($"epoch {value.Epoch} of {value.Epochs}, {(value.Validating ? "validating" : "training")}: loss {value.Loss:0.000}, top-1 {value.Top1:0.0} %"));
    }
}
