using System.Collections.Immutable;
using QuantPS.Analysis;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS;

/// <summary>
/// The object that flows down the pipeline: a network, and what is known about it. Immutable: every step emits a new one.
/// </summary>
public sealed record QuantModel
{
    /// <summary>The name to show, such as <c>mobilenet_v2</c>; kept as <see cref="PlainText"/>.</summary>
    public required string Name { get; init => field = PlainText.Of(value); }

    /// <summary>The name of its architecture in the zoo.</summary>
    public required string Architecture { get; init; }

    /// <summary>The network.</summary>
    public required Graph Graph { get; init; }

    /// <summary>The backend whose numerics it follows; null while it is in float.</summary>
    public QuantizationBackend? Backend { get; init; }

    /// <summary>How images become its input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>How text becomes its input; null where it does not take text, or its vocabulary is not known.</summary>
    public TextPreprocessing? Text { get; init; }

    /// <summary>The names of its classes, by index, kept as <see cref="PlainText"/>; empty where they are not known.</summary>
    public ImmutableArray<string> Labels { get; init => field = [.. value.Select(PlainText.Of)]; } = [];

    /// <summary>The length of the state dict file of the float model it came from, in bytes; what its size is compared with.</summary>
    public long? FloatBytes { get; init; }

    /// <summary>The steps that made it, oldest first.</summary>
    public ImmutableArray<ModelStep> History { get; init; } = [];

    /// <summary>What its weights and activations are held in.</summary>
    public ModelPrecision Precision =>
        Graph.Nodes.Any(node => node is Quantize) ? ModelPrecision.Int8
        : Graph.Constants.Values.Any(constant => constant.Element.IsQuantized()) ? ModelPrecision.DynamicInt8
        : Graph.Constants.Values.Any(constant => constant.Element == ElementType.Float16) ? ModelPrecision.Float16
        : ModelPrecision.Float32;

    /// <summary>Its layers, in the order in which they run.</summary>
    public ImmutableArray<LayerInfo> Layers => GraphAnalysis.Layers(Graph);

    /// <summary>The number of its weights and biases.</summary>
    public long ParameterCount => GraphAnalysis.ParameterCount(Graph);

    /// <summary>The share, from 0 to 1, of the weights of its layers that is quantized.</summary>
    public double QuantizedFraction => GraphAnalysis.QuantizedFraction(Graph);

    /// <summary>The same model after one more step.</summary>
    /// <param name="step">The step, for the history.</param>
    /// <param name="graph">The network that the step made.</param>
    public QuantModel After(ModelStep step, Graph graph) => this with { Graph = graph, History = History.Add(step) };

    /// <summary>A line with name, precision, parameters and share of int8 weights, and a table of the layers.</summary>
    public override string ToString() => ModelText.Of(this);
}
