using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;

namespace QuantPS.Analysis;

/// <summary>Gathers histograms of the layers of a model.</summary>
public static class LayerHistograms
{
    /// <summary>The histograms of layers, in the order in which they run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="modules">The modules, as patterns; none for all layers with weights.</param>
    /// <param name="data">Images to run the model on; null for weights alone.</param>
    /// <param name="unreadable">Told the path of each image that cannot be read, and why; the image is left out.</param>
    /// <param name="progress">Told the number of images done, of twice as many as there are: floats take two runs.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>ModuleNotFound</c>: a pattern matches no layer. <c>ModelNotForImages</c>: there are images, and it takes none.
    /// <c>NoReadableImages</c>: not one image could be read.
    /// </exception>
    public static ImmutableArray<LayerHistogram> Gather(QuantModel model, IEnumerable<string> modules, ImageDataset? data = null,
        Action<string, Exception>? unreadable = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ImmutableArray<ModulePattern> patterns = ModulePattern.Of(modules, model.Graph);
        (LayerInfo Layer, Node Node)[] layers = [.. model.Layers.Zip(GraphAnalysis.LayerNodes(model.Graph))
            .Where(pair => patterns.IsEmpty ? WeightOf(model.Graph, pair.Second) is not null : patterns.Any(pattern => pattern.Matches(pair.First.Module)))];
        Dictionary<string, Counter> activations = data is null ? [] : Run(model, [.. layers.Select(layer => ValueOf(model.Graph, layer.Node))], data, unreadable, progress, cancel);
        return [.. layers.Select(layer => new LayerHistogram(layer.Layer,
            WeightOf(model.Graph, layer.Node) is { } weight ? ValueHistogram.Of(weight) : null,
            activations.GetValueOrDefault(ValueOf(model.Graph, layer.Node))?.Histogram))];
    }

    // The largest of its parameters; a bias is none.
    private static Tensor? WeightOf(Graph graph, Node node) =>
        GraphAnalysis.Parameters(graph, node).Select(name => graph.Constants[name]).Where(constant => constant.Shape.Rank > 1).MaxBy(constant => constant.Shape.ElementCount);

    private static string ValueOf(Graph graph, Node node) => graph.CodedResultOf(node) is { } coded ? graph.QuantizeOf(coded)!.Name : node.Name;

    private static Dictionary<string, Counter> Run(QuantModel model, HashSet<string> values, ImageDataset data,
        Action<string, Exception>? unreadable, IProgress<int>? progress, CancellationToken cancel)
    {
        model.RequireImages();
        Dictionary<string, Counter> counters = values.ToDictionary(value => value, _ => new Counter());
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            Taps = values, Threads = Environment.ProcessorCount, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
        });
        // Floats are counted between their ends, which a first run over all images finds.
        if (!Each(counter => counter.Look, unreadable, done: 0)) throw new QuantPSException("NoReadableImages", $"Not one image of '{data.Name}' could be read.", data.Path);
        if (counters.Values.Any(counter => counter.IsFloat)) Each(counter => counter.Count, unreadable: null, done: data.Count);
        return counters;

        bool Each(Func<Counter, ValueTap> see, Action<string, Exception>? unreadable, int done)
        {
            var output = new float[compiled.OutputShape.ElementCount];
            Dictionary<string, ValueTap> taps = counters.ToDictionary(counter => counter.Key, counter => see(counter.Value));
            ValueTap tap = (in value) => taps[value.Name](value);
            bool any = false;
            foreach (ImageBatch batch in new BatchReader(data, model.Preprocessing, compiled.InputShape, 1) { Unreadable = unreadable, Cancellation = cancel })
            {
                compiled.Run(batch.Input.Span, 1, output, tap, cancel);
                progress?.Report(done + batch.Position);
                any = true;
            }
            return any;
        }
    }

    /// <summary>Counts the values of one layer: codes as they are, floats in bins.</summary>
    private sealed class Counter
    {
        private readonly long[] _codes = new long[256];
        private readonly long[] _bins = new long[ValueHistogram.Bins];
        private QuantParams? _parameters;
        private QuantRange _range = QuantRange.Empty;

        public bool IsFloat => _parameters is null;

        public ValueHistogram Histogram => _parameters is not null
            ? ValueHistogram.OfCodes(_codes, _parameters, _codes.AsSpan(128).IndexOfAnyExcept(0) >= 0 ? 255 : 127)
            : ValueHistogram.OfBins(_bins, _range);

        public void Look(in TappedValue value)
        {
            foreach (byte code in value.Codes) _codes[code]++;
            if (!value.Codes.IsEmpty) _parameters = value.Quantization;
            else _range = _range.Union(QuantRange.Of(Finite(value)));
        }

        public void Count(in TappedValue value)
        {
            if (IsFloat) ValueHistogram.Count(Finite(value), _range, _bins);
        }

        private static float[] Finite(in TappedValue value) => [.. value.Floats.ToArray().Where(float.IsFinite)];
    }
}
