namespace QuantPS.Training;

/// <summary>The settings of a training.</summary>
public sealed record TrainingOptions
{
    /// <summary>How often all training images are seen.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>The learning rate at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The optimizer.</summary>
    public TrainingOptimizer Optimizer { get; init; } = TrainingOptimizer.Sgd;

    /// <summary>The momentum of SGD.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The weight decay (L2 penalty) on all parameters.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate goes on from the start.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>With <see cref="LearningRateSchedule.Step"/>, after how many epochs the rate is divided by ten, again and again.</summary>
    public int StepEpochs { get; init; } = 30;

    /// <summary>The number of images in a batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The epoch, from 0, from which observers no longer change the scales. When null, quantization-aware training freezes them after half of
    /// the epochs, and a single epoch not at all.
    /// </summary>
    public int? FreezeObserverEpoch { get; init; }

    /// <summary>
    /// The epoch, from 0, from which batch normalizations use and keep their running statistics. When null, quantization-aware training
    /// freezes them after half of the epochs, a single epoch and a training in float not at all.
    /// </summary>
    public int? FreezeBatchNormEpoch { get; init; }

    /// <summary>Whether training images are cropped at random (from 4 pixels of padding) and flipped.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>The seed of everything random: order, augmentation, dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>The learning rate for a batch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="batches">The number of batches in an epoch.</param>
    public double LearningRateAt(int epoch, int batch, int batches) => Schedule switch
    {
        LearningRateSchedule.Step => LearningRate * Math.Pow(0.1, epoch / StepEpochs),
        LearningRateSchedule.Cosine => LearningRate * (1 + Math.Cos(Math.PI * (epoch * (double)batches + batch) / (Epochs * (double)batches))) / 2,
        _ => LearningRate,
    };
}
