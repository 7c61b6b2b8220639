using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>Trains models, in float or for int8. The bridge <c>Torch</c> computes the gradients.</summary>
public static class ModelTrainer
{
    /// <summary>Trains in float.</summary>
    /// <param name="model">A float model; it is not changed.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">Epochs, learning rate and the like.</param>
    /// <param name="progress">Told of each batch, on the calling thread.</param>
    /// <param name="cancel">Stops after the batch in work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The float model with its new weights; the last step of its history has a record for each epoch.</returns>
    /// <exception cref="QuantPSException">
    /// <c>ModelAlreadyQuantized</c>; <c>BridgeNotFound</c>, <c>BridgeUnavailable</c> and <c>TorchUnavailable</c> where libtorch cannot be
    /// loaded; and what <see cref="ITrainer.Train"/> throws.
    /// </exception>
    public static QuantModel TrainFloat(QuantModel model, TrainingData data, TrainingOptions options,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        model.RequireFloat();
        TrainingRequest request = Request(model, model.Graph, data, options);
        TrainingResult result = Train(request, progress, cancel);
        return (model with { Labels = request.Labels }).After(new ModelStep("Training", Settings(data, options), [.. result.Epochs]), result.Graph);
    }

    /// <summary>
    /// Quantization-aware training: fuse, train with fake quantization, convert (torch/ao/quantization/quantize.py, <c>quantize_qat</c>).
    /// </summary>
    /// <remarks>The scales of weights come from the trained weights by the formula that fake quantization used.</remarks>
    /// <param name="model">A float model, its batch normalizations not yet folded; it is not changed.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">The settings.</param>
    /// <param name="progress">Told of each batch, on the calling thread.</param>
    /// <param name="cancel">Stops after the batch in work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The int8 model; the last step of its history has a record for each epoch.</returns>
    /// <exception cref="QuantPSException">
    /// What <see cref="TrainFloat"/> and <see cref="QuantizationPlanner.Create"/> throw. <c>ObserverWithoutData</c>: an observer saw no
    /// data; the message names it.
    /// </exception>
    public static QuantModel TrainQuantized(QuantModel model, TrainingData data, QatOptions options,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        model.RequireFloat();
        QConfig qconfig = options.QConfig ?? QConfig.ForTraining(options.Backend);
        Graph graph = options.Plan.Fuse ? ReplaceRelu6.Apply(model.Graph) : model.Graph;
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options.Plan);

        // Late in training the scales and statistics of the converted network have to be those that its weights are trained for
        // (PyTorch's tutorial and torchvision's reference script freeze them, too).
        int half = (options.Training.Epochs + 1) / 2;
        TrainingOptions training = options.Training with
        {
            FreezeObserverEpoch = options.Training.FreezeObserverEpoch ?? half,
            FreezeBatchNormEpoch = options.Training.FreezeBatchNormEpoch ?? half,
        };
        TrainingRequest request = Request(model, graph, data, training) with { Plan = plan, QConfig = qconfig };
        TrainingResult result = Train(request, progress, cancel);

        if (plan.Observed.FirstOrDefault(value => !result.Ranges.ContainsKey(value)) is string empty)
            throw new QuantPSException("ObserverWithoutData",
                $"The observer of '{empty}' saw no data. Freeze observers after the first epoch at the earliest.", empty);
        var activations = plan.Observed.ToDictionary(value => value, value => QuantFormula.Affine(result.Ranges[value], qconfig.MaximumCode));
        Graph quantized = StaticQuantizer.Convert(StaticQuantizer.Prepare(result.Graph, options.Plan), plan, activations, qconfig);
        var settings = Settings(data, training).Add("Backend", options.Backend.ToString().ToLowerInvariant());
        return (model with { Labels = request.Labels, Backend = options.Backend })
            .After(new ModelStep("QuantizationAwareTraining", settings, [.. result.Epochs]), quantized);
    }

    private static TrainingRequest Request(QuantModel model, Graph graph, TrainingData data, TrainingOptions options) => new()
    {
        Graph = graph,
        Training = data.Training,
        Validation = data.Validation,
        Preprocessing = model.Preprocessing,
        // Images of other classes than the model's own give it theirs.
        Labels = data.Training.Classes.All(model.Labels.Contains) ? model.Labels : data.Training.Classes,
        Options = options,
        Unreadable = data.Unreadable,
    };

    private static TrainingResult Train(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        Bridge.Load<ITrainer>("Torch").Train(request, progress, cancel);

    private static ImmutableSortedDictionary<string, string> Settings(TrainingData data, TrainingOptions options)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>();
        void Add(string name, IConvertible? value) => settings.Add(name, value?.ToString(CultureInfo.InvariantCulture) ?? "");
        Add("TrainingData", data.Training.ToString());
        if (data.Validation is not null) Add("ValidationData", data.Validation.ToString());
        Add(nameof(options.Epochs), options.Epochs);
        Add(nameof(options.LearningRate), options.LearningRate);
        Add(nameof(options.Optimizer), options.Optimizer.ToString());
        Add(nameof(options.Schedule), options.Schedule.ToString());
        Add(nameof(options.WeightDecay), options.WeightDecay);
        Add(nameof(options.BatchSize), options.BatchSize);
        Add(nameof(options.Augment), options.Augment);
        Add(nameof(options.Seed), options.Seed);
        if (options.Optimizer == TrainingOptimizer.Sgd) Add(nameof(options.Momentum), options.Momentum);
        if (options.Schedule == LearningRateSchedule.Step) Add(nameof(options.StepEpochs), options.StepEpochs);
        if (options.FreezeObserverEpoch is int observer) Add(nameof(options.FreezeObserverEpoch), observer);
        if (options.FreezeBatchNormEpoch is int norm) Add(nameof(options.FreezeBatchNormEpoch), norm);
        return settings.ToImmutable();
    }
}
