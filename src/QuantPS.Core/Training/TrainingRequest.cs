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

    /// <summary>Is told once the path of each image that cannot be read, and why; on the training thread. The image is left out.</summary>
    public Action<string, Exception>? Unreadable { get; init; }

    /// <summary>Throws where the graph cannot be trained, or a data set does not fit it.</summary>
    /// <exception cref="QuantPSException"><c>ModelNotTrainable</c>, <c>DatasetMismatch</c> (see <see cref="ITrainer.Train"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count of the options is not positive.</exception>
    public void Validate()
    {
        foreach (int count in (ReadOnlySpan<int>)[Options.Epochs, Options.BatchSize, Options.StepEpochs, Options.Threads ?? 1])
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(Options));
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
