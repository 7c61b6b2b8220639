using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>What to train, on what, and how.</summary>
public sealed record TrainingRequest
{
    /// <summary>The float graph, with its batch normalizations as nodes of their own.</summary>
    public required Graph Graph { get; init; }

    /// <summary>What gets fake quantization; null to train in float.</summary>
    public QuantizationPlan? Plan { get; init; }

    /// <summary>Into which codes it goes; needed with a plan. The moving averages of PyTorch's training observe, whatever it names.</summary>
    public QConfig? QConfig { get; init; }

    /// <summary>
    /// Whether fake quantization computes as PyTorch's fused operator does: scales by the formula of its kernels, and those of weights from a
    /// moving average, too.
    /// </summary>
    public bool PyTorchNumerics { get; init; }

    /// <summary>
    /// A graph that the engine runs on the images, and whose result is the input of <see cref="Graph"/>: the frozen part of a quantized
    /// network. Null where the images are the input.
    /// </summary>
    public Graph? Backbone { get; init; }

    /// <summary>The backend whose numerics the backbone follows.</summary>
    public QuantizationBackend Backend { get; init; } = QuantizationBackend.X86;

    /// <summary>The images to train on, with labels.</summary>
    public required ImageDataset Training { get; init; }

    /// <summary>The images to measure each epoch on, with labels; null to measure none.</summary>
    public ImageDataset? Validation { get; init; }

    /// <summary>How images become the graph's input, where a data set does not say so itself.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The names of the network's classes, by index, by which those of the images are found; empty to take both by their order.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Epochs, learning rate and the like.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Where an earlier run of the same training was interrupted; null to begin.</summary>
    public TrainingSnapshot? Resume { get; init; }

    /// <summary>Is given a snapshot after each epoch, and when the training is cancelled; on the training thread.</summary>
    public Action<TrainingSnapshot>? Save { get; init; }

    /// <summary>Is told once the path of each image that cannot be read, and why; on the training thread. The image is left out.</summary>
    public Action<string, Exception>? Unreadable { get; init; }

    /// <summary>Is told the record of each epoch when it is done; on the training thread.</summary>
    public Action<EpochRecord>? EpochDone { get; init; }

    /// <summary>Is told once, on the training thread, when the loss diverges, and what may help.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>The shape of one image as the network takes it.</summary>
    public Shape Sample => (Backbone ?? Graph).Inputs[0].Shape;

    /// <summary>Throws where the graph cannot be trained, or a data set does not fit it.</summary>
    /// <exception cref="QuantPSException">
    /// <c>ModelNotTrainable</c>, <c>DatasetMismatch</c> (see <see cref="ITrainer.Train"/>). <c>TrainingOptionsContradict</c>: options exclude
    /// each other. <c>ObserverWithoutData</c>: observers are frozen before they see any.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A count of the options is not positive.</exception>
    public void Validate()
    {
        foreach (int count in (ReadOnlySpan<int>)[Options.Epochs, Options.BatchSize, Options.StepEpochs, Options.Threads ?? 1, Options.Patience ?? 1])
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(Options));
        ArgumentOutOfRangeException.ThrowIfNegative(Options.WarmUpEpochs, nameof(Options));
        if (Options.WarmUpEpochs >= Options.Epochs)
            throw new QuantPSException("TrainingOptionsContradict",
                $"Of {Options.Epochs} epochs, {Options.WarmUpEpochs} cannot warm up: one at least has to be left. Give fewer warm-up epochs.", Options);
        if (Plan is not null && Options.FakeQuantizeEpoch >= Options.Epochs)
            throw new QuantPSException("TrainingOptionsContradict",
                $"Nothing is rounded before epoch {Options.FakeQuantizeEpoch}, counted from 0, and there are {Options.Epochs} epochs: one at least has to round. Give more epochs, or an earlier one to round from.", Options);
        if (Plan is { Observed.IsEmpty: false } && Options.FreezeObserverEpoch <= Options.FakeQuantizeEpoch)
            throw new QuantPSException("ObserverWithoutData",
                $"The observers would see no data: they are frozen from epoch {Options.FreezeObserverEpoch}, counted from 0, and observe from epoch {Options.FakeQuantizeEpoch}. Freeze them an epoch later at the earliest.", Options);
        if (Validation is null && Options.Patience is not null)
            throw new QuantPSException("TrainingOptionsContradict",
                "The best epoch is found on validation images, and there are none. Give -ValidationData.", Options);
        if (Options.Nesterov && (Options.Optimizer != TrainingOptimizer.Sgd || Options.Momentum <= 0))
            throw new QuantPSException("TrainingOptionsContradict",
                "Nesterov's momentum belongs to the optimizer Sgd with a momentum above 0.", Options);
        if (Graph.Nodes.FirstOrDefault(node => node is Quantize or Dequantize or DynamicQuantize) is Node quantized)
            throw new QuantPSException("ModelNotTrainable",
                $"The layer '{quantized.Name}' is quantized, and codes have no gradients. Train the float model.", quantized.Name);
        Shape output = Graph.InferTypes(1)[Graph.Output].Shape;
        if (Graph.Inputs.Length != 1 || output.Rank != 2)
            throw new QuantPSException("ModelNotTrainable",
                $"A network to train takes one input and gives a number for each class; this one takes {Graph.Inputs.Length} and gives {output}.", Graph.Output);
        foreach (ImageDataset data in (IEnumerable<ImageDataset>)[Training, .. Validation is null ? [] : new[] { Validation }])
        {
            if (data.Classes.IsEmpty)
                throw new QuantPSException("DatasetMismatch", $"The images of '{data.Name}' have no labels, which training needs.", data.Path);
            if (data.ClassIndices(Labels).Any(index => index >= output[1]))
                throw new QuantPSException("DatasetMismatch",
                    $"'{data.Name}' has {data.Classes.Length} classes, and the network tells {output[1]} apart.", data.Path);
        }
    }
}
