using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Commands;

/// <summary>Trains a model so that it stays accurate in int8, and quantizes it.</summary>
/// <remarks>
/// <para>
/// Quantization-aware training, as in PyTorch: the model is fused and trained on while its weights and activations are rounded to the
/// codes that they will have (fake quantization), so that it learns to do with them. After the last epoch it is converted. The command
/// returns when training is over.
/// </para>
/// <para>
/// Start from a trained model and a small learning rate; a few epochs are enough. Training needs libtorch, which comes with the module for
/// Linux and Windows on x64 and macOS on Arm; everything else works without it. Ctrl+C stops after the batch in work, and with
/// -CheckpointPath the training can go on from there later (-Resume).
/// </para>
/// <para>
/// For a task of your own, a trained model gets a new classifier (-ClassCount). Train it alone first (-HeadOnly), then the whole network with
/// a smaller learning rate. Both take a quantized model, too: its int8 layers stay as they are while the classifier is trained, and the
/// whole is trained on from what its int8 weights stand for, or from -FloatModel.
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
/// <example>
/// <para>Train with a checkpoint, to go on from when interrupted.</para>
/// <code>
/// $null = New-SampleDataset ./shapes -Train 40 -Test 20
/// $model = Get-QuantizedPretrained sample_net -Float
/// $model | Start-QatTraining ./shapes/train -Epoch 1 -CheckpointPath ./shapes.checkpoint
/// $model | Start-QatTraining ./shapes/train -Epoch 1 -CheckpointPath ./shapes.checkpoint -Resume
/// </code>
/// </example>
/// <example>
/// <para>Put a new classifier on an int8 network, then train all.</para>
/// <code>
/// $null = New-SampleDataset ./shapes -Train 40 -Test 20
/// $int8 = Get-QuantizedPretrained sample_net -Float | Invoke-StaticQuantization ./shapes/train
/// $head = $int8 | Start-QatTraining ./shapes/train ./shapes/test -ClassCount 10 -HeadOnly -Epoch 2 -LearningRate 0.01
/// $head | Start-QatTraining ./shapes/train ./shapes/test -Epoch 1 -LearningRate 0.0005
/// </code>
/// </example>
/// <returns>
/// The int8 model; with -Float the trained float model. The last step of its History has a record for each epoch, and in Measures the
/// accuracies of the trained weights in float, with fake quantization, and in int8, where there are validation images; in Layers the
/// signal-to-noise ratio of each int8 layer against the trained weights in float.
/// </returns>
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
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource TrainingData { get; set; } = null!;

    /// <summary>Labelled images to measure each epoch on. The training does not learn from them.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource? ValidationData { get; set; }

    /// <summary>The backend whose numerics the training prepares for; when not given, that of a quantized model, else x86.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<QuantizationBackend>))]
    public Choice<QuantizationBackend>? Backend { get; set; }

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
    [ArgumentCompleter(typeof(EnumCompleter<TrainingOptimizer>))]
    public Choice<TrainingOptimizer> Optimizer { get; set; } = _default.Optimizer;

    /// <summary>How the learning rate goes on: it stays, falls in steps, or falls along a cosine to zero.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<LearningRateSchedule>))]
    public Choice<LearningRateSchedule> Schedule { get; set; } = _default.Schedule;

    /// <summary>With the schedule Step, after how many epochs the learning rate is divided by ten, again and again.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int StepEpoch { get; set; } = _default.StepEpochs;

    /// <summary>The momentum of Sgd.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Momentum { get; set; } = _default.Momentum;

    /// <summary>Lets Sgd look ahead along its momentum.</summary>
    [Parameter]
    public SwitchParameter Nesterov { get; set; }

    /// <summary>The weight decay: an L2 penalty, with AdamW decoupled from the gradient.</summary>
    [Parameter]
    [ValidateRange(0.0, 1000.0)]
    public double WeightDecay { get; set; } = _default.WeightDecay;

    /// <summary>In how many epochs, before the schedule begins, the learning rate rises evenly from nothing.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int WarmUpEpoch { get; set; }

    /// <summary>The share of each label that is spread over all classes in the training's loss.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double LabelSmoothing { get; set; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it.</summary>
    [Parameter]
    [ValidateRange(1e-30, 1e30)]
    public double? GradientClip { get; set; }

    /// <summary>The number of images in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = _default.BatchSize;

    /// <summary>
    /// The epoch, from 0, from which weights and activations are observed and rounded to codes; before it, training is that in float. A
    /// network that begins with random weights learns better so.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int FakeQuantizeEpoch { get; set; }

    /// <summary>The epoch, from 0, from which observers no longer change the scales; by default after half of the epochs that round.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int? FreezeObserverEpoch { get; set; }

    /// <summary>The epoch, from 0, from which batch normalizations use and keep their running statistics; by default after half of the epochs that round, with -Float never.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int? FreezeBatchNormEpoch { get; set; }

    /// <summary>Modules that stay in float, by their PyTorch names. Wildcards are allowed; a name stands for all modules below it.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] SkipModule { get; set; } = [];

    /// <summary>
    /// Modules whose parameters and running statistics stay as they are, by their PyTorch names. Wildcards are allowed; a name stands for all
    /// modules below it.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] FreezeModule { get; set; } = [];

    /// <summary>Gives the network a new classifier for so many classes, with random weights.</summary>
    [Parameter]
    [ValidateRange(2, 1000000)]
    public int? ClassCount { get; set; }

    /// <summary>Trains the classifier alone. The other layers of an int8 model stay as they are, and run in int8.</summary>
    [Parameter]
    public SwitchParameter HeadOnly { get; set; }

    /// <summary>
    /// The float model that the quantized one came from: training starts from its weights, with its batch normalizations, and from the
    /// classifier of the piped model. Without it, a quantized model is trained on from what its int8 weights stand for.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel? FloatModel { get; set; }

    /// <summary>Shows the training images as they are, and not cropped at random, flipped and in other colours.</summary>
    [Parameter]
    public SwitchParameter NoAugmentation { get; set; }

    /// <summary>By how many pixels each way the random crop moves.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int CropPadding { get; set; } = _default.CropPadding;

    /// <summary>Mirrors no images.</summary>
    [Parameter]
    public SwitchParameter NoFlip { get; set; }

    /// <summary>By how much brightness, contrast and saturation vary, as a share of what they are.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double ColorJitter { get; set; }

    /// <summary>
    /// Emits the network of the last epoch. Without it, where there are validation images, that of the best epoch is emitted: best by top-1
    /// on them, then by loss.
    /// </summary>
    [Parameter]
    public SwitchParameter KeepLast { get; set; }

    /// <summary>Ends the training when so many epochs have passed without a better one.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int? Patience { get; set; }

    /// <summary>
    /// A file that keeps what the training needs to go on: written after each epoch, and at Ctrl+C after the batch in work. It is replaced
    /// only by a complete one.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CheckpointPath { get; set; }

    /// <summary>Goes on from the checkpoint, with the same settings, to the same result as if nothing had happened.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Begins anew where the checkpoint is there already, and overwrites it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Computes fake quantization as PyTorch's fused operator does: scales by the formula of its kernels, those of weights from a moving
    /// average. By default scales are those of the conversion throughout.
    /// </summary>
    [Parameter]
    public SwitchParameter PyTorchNumerics { get; set; }

    /// <summary>Where it computes. Cuda needs an NVIDIA graphics card and TorchSharp's CUDA package.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<TrainingDevice>))]
    public Choice<TrainingDevice> Device { get; set; }

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
        if (ClassCount is null) WarnOfFewerClasses(model, _training);
        if (Resume && CheckpointPath is null)
            throw new QuantPSException("TrainingOptionsContradict", "-Resume goes on from a checkpoint, and none is named. Give -CheckpointPath.", nameof(Resume));
        var options = new TrainingOptions
        {
            Epochs = Epoch, LearningRate = LearningRate, Optimizer = Optimizer, Momentum = Momentum, Nesterov = Nesterov, WeightDecay = WeightDecay,
            Schedule = Schedule, StepEpochs = StepEpoch, WarmUpEpochs = WarmUpEpoch, LabelSmoothing = LabelSmoothing, GradientClip = GradientClip,
            BatchSize = BatchSize, FakeQuantizeEpoch = FakeQuantizeEpoch, FreezeObserverEpoch = FreezeObserverEpoch, FreezeBatchNormEpoch = FreezeBatchNormEpoch,
            FreezeModules = [.. FreezeModule], Augment = !NoAugmentation, CropPadding = CropPadding, Flip = !NoFlip, ColorJitter = ColorJitter,
            KeepLast = KeepLast, Patience = Patience, Seed = Seed, Threads = Threads, Device = Device,
            Checkpoint = CheckpointPath is null ? null : new CheckpointOptions(FullPath(CheckpointPath), Resume, Force),
        };
        var transfer = new TransferOptions { ClassCount = ClassCount, HeadOnly = HeadOnly, FloatModel = FloatModel };
        WriteObject(Run($"Training {model.Name}", report =>
        {
            var data = new TrainingData(_training, _validation)
            {
                Unreadable = (_, error) => report.Error(error), EpochDone = epoch => report.Verbose(epoch.ToString()), Warning = report.Warning,
            };
            var progress = new BatchProgress(report);
            return Float
                ? ModelTrainer.TrainFloat(model, data, options, progress, report.Cancellation, transfer)
                : ModelTrainer.TrainQuantized(model, data,
                    new QatOptions
                    {
                        Backend = Backend ?? model.Backend ?? QuantizationBackend.X86, Plan = new PlanOptions { SkipModules = [.. SkipModule] },
                        PyTorchNumerics = PyTorchNumerics, Transfer = transfer, Training = options,
                    },
                    progress, report.Cancellation);
        }));
    }

    private sealed class BatchProgress(WorkReport report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report.Progress(value.Done, value.Total, FormattableString.Invariant(
            $"epoch {value.Epoch} of {value.Epochs}, {(value.Validating ? "validating" : "training")} batch {value.Batch} of {value.Batches}: loss {value.Loss:0.000}, top-1 {value.Top1:0.0} %, {value.ImagesPerSecond:0} images/s"),
            value.Before);
    }
}
