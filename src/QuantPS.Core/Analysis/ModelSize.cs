using System.Collections.Immutable;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>How large a model is: the length of the state dict file that is written for it.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What its weights and activations are held in.</param>
/// <param name="Bytes">The length of the file in bytes, with an archive whose root folder is named <c>tmp</c>.</param>
/// <param name="ParameterCount">The number of weights and biases.</param>
/// <param name="QuantizedFraction">The share, from 0 to 1, of the weights of layers that is quantized.</param>
/// <param name="Ratio">How many times as long the file of the float model it came from is; null where that is not known.</param>
/// <param name="Modules">What each module puts into the file, in PyTorch's order; modules without tensors are left out.</param>
public sealed record ModelSize(
    string Name, ModelPrecision Precision, long Bytes, long ParameterCount, double QuantizedFraction, double? Ratio,
    ImmutableArray<ModuleSize> Modules)
{
    private static readonly string[] Packed = ["._packed_params", "._all_weight_values"];

    /// <summary>The length of the file in decimal megabytes.</summary>
    public double SizeMB => Bytes / 1e6;

    /// <summary>Measures a model.</summary>
    public static ModelSize Of(QuantModel model)
    {
        long bytes = StateDictLayout.Measure(model.Graph);
        return new ModelSize(model.Name, model.Precision, bytes, model.ParameterCount, model.QuantizedFraction,
            model.FloatBytes / (double)bytes, [.. ModulesOf(model.Graph)]);
    }

    private static IEnumerable<ModuleSize> ModulesOf(Graph graph)
    {
        ILookup<string, Node> nodes = graph.Nodes.ToLookup(node => node.Module);
        // Packed parameters are modules to PyTorch, and part of the layer to everybody else.
        return
            from module in ModuleLayouts.Of(graph)
            group module by OwnerOf(module.Path) into parts
            // A tensor that stands in several places is in the file once.
            let bytes = parts.SelectMany(part => part.Entries).SelectMany(entry => TensorsIn(entry.ValueIn(graph))).Distinct().Sum(BytesOf)
            where bytes > 0
            let parameters = nodes[parts.Key].SelectMany(node => GraphAnalysis.Parameters(graph, node)).Distinct().Select(name => graph.Constants[name]).ToArray()
            select new ModuleSize(parts.Key, PrecisionOf(nodes[parts.Key], parameters), bytes, parameters.Sum(parameter => parameter.Shape.ElementCount));
    }

    private static string OwnerOf(string path) =>
        Packed.Select(part => path.LastIndexOf(part, StringComparison.Ordinal)).FirstOrDefault(at => at >= 0, -1) is >= 0 and int end ? path[..end] : path;

    private static ModelPrecision PrecisionOf(IEnumerable<Node> nodes, Tensor[] parameters) =>
        parameters.Length == 0 ? ModelPrecision.Int8
        : nodes.Any(node => node is DynamicQuantize or Recurrent or Embedding or EmbeddingBag) || !parameters.Any(parameter => parameter.Element.IsQuantized())
            ? GraphAnalysis.PrecisionOf(parameters.FirstOrDefault(parameter => parameter.Element != ElementType.Float32))
        : ModelPrecision.Int8;

    private static long BytesOf(Tensor tensor) => tensor.ByteCount + (tensor.Quantization is { Axis: not null } parameters
        ? parameters.Scales.Length * (parameters.HasFloatZeroPoints ? 2L * sizeof(float) : sizeof(double) + sizeof(long)) : 0);

    private static IEnumerable<Tensor> TensorsIn(object? value) => value switch
    {
        Tensor tensor => [tensor],
        PickledObject instance => TensorsIn(instance.State),
        IEnumerable<object?> list => list.SelectMany(TensorsIn),
        _ => [],
    };
}
