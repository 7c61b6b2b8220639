using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;

namespace QuantPS.Analysis;

/// <summary>A model ready to give scores for classes, batch by batch.</summary>
internal sealed class Classifier : IDisposable
{
    private readonly CompiledGraph _compiled;
    private readonly float[] _output;

    public Classifier(QuantModel model, int batchSize, int threads)
    {
        model.RequireImages();
        Model = model;
        _compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            MaxBatch = batchSize, Threads = threads, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
        });
        if (_compiled.OutputShape.Rank != 1)
        {
            Shape shape = _compiled.OutputShape;
            _compiled.Dispose();
            throw new QuantPSException("ModelNotClassifier", $"'{model.Name}' gives values of shape {shape} for an image, not one score for each class.", model.Name);
        }
        _output = new float[batchSize * ClassCount];
    }

    public QuantModel Model { get; }

    public int BatchSize => _compiled.MaxBatch;

    public Shape InputShape => _compiled.InputShape;

    public int ClassCount => _compiled.OutputShape[0];

    /// <summary>The batches of a data set in the form that the network takes.</summary>
    public BatchReader Read(ImageDataset data, Action<string, Exception>? unreadable, CancellationToken cancel) =>
        new(data, Model.Preprocessing, InputShape, BatchSize) { Unreadable = unreadable, Cancellation = cancel };

    /// <summary>What the network gives, sample after sample; valid until the next call.</summary>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input, int count, CancellationToken cancel)
    {
        Span<float> output = _output.AsSpan(0, count * ClassCount);
        _compiled.Run(input, count, output, cancel: cancel);
        return output;
    }

    /// <summary>The probabilities of the classes: the softmax of the network's output.</summary>
    public static double[] Softmax(ReadOnlySpan<float> output)
    {
        double highest = double.NegativeInfinity;
        foreach (float value in output) highest = Math.Max(highest, value);
        var result = new double[output.Length];
        double sum = 0;
        for (int i = 0; i < result.Length; i++) sum += result[i] = Math.Exp(output[i] - highest);
        for (int i = 0; i < result.Length; i++) result[i] /= sum;
        return result;
    }

    public string LabelOf(int index) =>
        index < Model.Labels.Length ? Model.Labels[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The index in the network's output of each class of a data set: by name where the model knows all names, else as it is.</summary>
    public ImmutableArray<int> Indices(ImageDataset data)
    {
        if (data.Classes.IsEmpty)
            throw new QuantPSException("DatasetMismatch", $"The images of '{data.Name}' have no labels to compare with.", data.Path);
        ImmutableArray<int> indices = data.ClassIndices(Model.Labels);
        return indices.All(index => index < ClassCount)
            ? indices
            : throw new QuantPSException("DatasetMismatch", $"'{data.Name}' has {data.Classes.Length} classes, and '{Model.Name}' tells {ClassCount} apart.", data.Path);
    }

    public void Dispose() => _compiled.Dispose();
}
