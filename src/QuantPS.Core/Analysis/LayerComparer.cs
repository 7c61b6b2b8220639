using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>
/// Runs two forms of one network on the same images, and compares what each layer gives that has the same name in both. Fusing and
/// quantizing keep the names of values, so an int8 model is compared with the float one at every layer.
/// </summary>
public static class LayerComparer
{
    /// <summary>Compares the layers of two models, in the order in which they run.</summary>
    /// <param name="reference">The model to compare with; its preprocessing makes the inputs of both.</param>
    /// <param name="candidate">The model to look at.</param>
    /// <param name="data">Images; labels are not used.</param>
    /// <param name="unreadable">Told the path of each image that cannot be read, and why; the image is left out.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>ModelsNotAlike</c>: the inputs of the two differ, or values of one name. <c>NoReadableImages</c>: not one image could be read.
    /// <c>PreprocessingMismatch</c>, <c>ImageShapeMismatch</c>: see <see cref="BatchReader"/>.
    /// </exception>
    public static ImmutableArray<LayerDifference> Compare(QuantModel reference, QuantModel candidate, ImageDataset data,
        Action<string, Exception>? unreadable = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        (IReadOnlyDictionary<string, TensorType> types, IReadOnlyDictionary<string, TensorType> candidateTypes) = (reference.Graph.InferTypes(1), candidate.Graph.InferTypes(1));
        Shape input = reference.Graph.Inputs[0].Shape, candidateInput = candidate.Graph.Inputs[0].Shape;
        if (!input.Equals(candidateInput)) throw NotAlike("The input", input, candidateInput);
        Dictionary<string, string> ofReference = ValuesOf(reference, cancel), ofCandidate = ValuesOf(candidate, cancel);
        string[] common = [.. ofReference.Keys.Where(ofCandidate.ContainsKey)];
        if (common.FirstOrDefault(value => !types[value].Shape.Equals(candidateTypes[value].Shape)) is { } other)
            throw NotAlike($"The value '{other}'", types[other].Shape, candidateTypes[other].Shape);
        using CompiledGraph first = Compile(reference, [.. common.Select(value => ofReference[value])]);
        using CompiledGraph second = Compile(candidate, [.. common.Select(value => ofCandidate[value])]);
        Dictionary<string, string> back = common.ToDictionary(value => ofCandidate[value]), backToReference = common.ToDictionary(value => ofReference[value]);

        var outputs = new float[Math.Max(first.OutputShape.ElementCount, second.OutputShape.ElementCount)];
        Dictionary<string, float[]> expected = [];
        Dictionary<string, Difference> differences = [];
        ValueTap keep = (in value) => expected[backToReference[value.Name]] = value.ToFloats();
        ValueTap compare = (in value) =>
        {
            string name = back[value.Name];
            if (!differences.TryGetValue(name, out Difference? difference)) differences.Add(name, difference = new Difference(value.Shape));
            difference.Add(expected[name], value.ToFloats());
        };
        foreach (ImageBatch batch in new BatchReader(data, reference.Preprocessing, input, 1) { Unreadable = unreadable, Cancellation = cancel })
        {
            first.Run(batch.Input.Span, 1, outputs.AsSpan(0, (int)first.OutputShape.ElementCount), keep, cancel);
            second.Run(batch.Input.Span, 1, outputs.AsSpan(0, (int)second.OutputShape.ElementCount), compare, cancel);
            progress?.Report(batch.Position);
        }
        if (differences.Count == 0 && common.Length > 0)
            throw new QuantPSException("NoReadableImages", $"Not one image of '{data.Name}' could be read.", data.Path);
        return [.. candidate.Graph.Nodes.Where(node => differences.ContainsKey(node.Name)).Select(node => differences[node.Name].Of(node))];

        QuantPSException NotAlike(string what, Shape expected, Shape actual) => new("ModelsNotAlike",
            $"{what} is {expected} in '{reference.Name}' and {actual} in '{candidate.Name}': their layers cannot be compared. "
            + "Compare-QuantModel -Part Accuracy, Latency leaves them out.", candidate.Name);
    }

    /// <summary>The values that the plan of a model computes, by their names in the float network, with their names in this one.</summary>
    private static Dictionary<string, string> ValuesOf(QuantModel model, CancellationToken cancel)
    {
        Dictionary<string, string> values = [];
        using CompiledGraph compiled = Compile(model, taps: null);
        using RunBuffers buffers = compiled.CreateBuffers();
        compiled.Run(buffers, 1, compiled.MaxLength, (in value) =>
        {
            // The codes of a value are what an int8 network goes on with; they come after the value itself.
            if (model.Graph.Find(value.Name) is { } node)
                values[node is Quantize ? node.Inputs[0] : value.Name] = value.Name;
        }, cancel);
        return values;
    }

    private static CompiledGraph Compile(QuantModel model, HashSet<string>? taps) =>
        CompiledGraph.Compile(model.Graph, new CompileOptions { Taps = taps, Threads = Environment.ProcessorCount, Backend = model.Backend ?? QuantizationBackend.Fbgemm });

    /// <summary>Sums over all elements of all samples.</summary>
    private sealed class Difference(Shape output)
    {
        private double _signal, _noise, _sum, _largest;
        private long _count;

        public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                double error = (double)actual[i] - expected[i];
                _signal += (double)expected[i] * expected[i];
                _noise += error * error;
                _sum += error;
                _largest = Math.Max(_largest, Math.Abs(error));
            }
            _count += expected.Length;
        }

        public LayerDifference Of(Node node) => new(node.Module.Length > 0 ? node.Module : node.Name, node.Operator, node.Name, output,
            _noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(_signal / _noise), _sum / _count, _largest);
    }
}
