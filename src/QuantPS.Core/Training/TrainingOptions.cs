using System.Collections.Immutable;
using QuantPS.Data;

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

    /// <summary>Whether SGD looks ahead along its momentum (Nesterov).</summary>
    public bool Nesterov { get; init; }

    /// <summary>The weight decay on all parameters: an L2 penalty, with AdamW decoupled from the gradient.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate goes on from the start.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>With <see cref="LearningRateSchedule.Step"/>, after how many epochs the rate is divided by ten, again and again.</summary>
    public int StepEpochs { get; init; } = 30;

    /// <summary>In how many epochs, before the schedule begins, the rate rises evenly from nothing to <see cref="LearningRate"/>.</summary>
    public int WarmUpEpochs { get; init; }

    /// <summary>The share of a label, from 0 to 1, that is spread over all classes in the training's loss.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it. Null to leave them as they are.</summary>
    public double? GradientClip { get; init; }

    /// <summary>The number of images in a batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// In quantization-aware training the epoch, from 0, from which weights and activations are observed and rounded; before it, training is that
    /// in float. A network that begins with random weights learns better so (Jacob et al., 2018, section 3.1, who delay the rounding of
    /// activations). No epoch before it is the best.
    /// </summary>
    public int FakeQuantizeEpoch { get; init; }

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

    /// <summary>Whether training images are cropped at random, flipped and their colours varied, as the next properties say.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>By how many pixels each way the random crop moves.</summary>
    public int CropPadding { get; init; } = 4;

    /// <summary>Whether every second image, by chance, is mirrored left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>By how much brightness, contrast and saturation vary, as a share of what they are; 0 for not at all.</summary>
    public double ColorJitter { get; init; }

    /// <summary>
    /// Whether the result is that of the last epoch even where there are validation images, and not of the best (by top-1 on them, then by loss).
    /// </summary>
    public bool KeepLast { get; init; }

    /// <summary>After how many epochs without a better one training ends early; null for never. Needs validation images.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Modules whose parameters and running statistics stay as they are, by their PyTorch names with the wildcards * and ?; a name stands
    /// for all modules below it.
    /// </summary>
    public ImmutableArray<string> FreezeModules { get; init; } = [];

    /// <summary>Where it computes.</summary>
    public TrainingDevice Device { get; init; }

    /// <summary>The seed of everything random: order, augmentation, dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where it is kept so that it can go on after an interruption; null for nowhere.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>The variation of training images; null where there is none.</summary>
    public Augmentation? Augmentation => Augment ? new(CropPadding, Flip, Seed) { ColorJitter = ColorJitter } : null;

    /// <summary>The learning rate for a batch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="batches">The number of batches in an epoch.</param>
    public double LearningRateAt(int epoch, int batch, int batches)
    {
        double done = epoch * (double)batches + batch, warmUp = WarmUpEpochs * (double)batches;
        if (done < warmUp) return LearningRate * (done + 1) / warmUp;
        (done, double all) = (done - warmUp, (Epochs - WarmUpEpochs) * (double)batches);
        return Schedule switch
        {
            LearningRateSchedule.Step => LearningRate * Math.Pow(0.1, (epoch - WarmUpEpochs) / StepEpochs),
            LearningRateSchedule.Cosine => Along(LearningRate, 0, done / all),
            LearningRateSchedule.OneCycle => OneCycle(done, all),
            _ => LearningRate,
        };
    }

    // torch/optim/lr_scheduler.py, OneCycleLR with its defaults: pct_start 0.3, div_factor 25, final_div_factor 1e4.
    private double OneCycle(double done, double all)
    {
        double start = LearningRate / 25, top = 0.3 * all - 1, end = all - 1;
        return done <= top ? Along(start, LearningRate, top > 0 ? done / top : 1)
            : Along(LearningRate, start / 1e4, end > top ? (done - Math.Max(top, 0)) / (end - Math.Max(top, 0)) : 1);
    }

    private static double Along(double from, double to, double part) => to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2;
}
