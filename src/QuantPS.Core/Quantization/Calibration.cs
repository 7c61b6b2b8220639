using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Quantization;

/// <summary>Runs a float graph on real data and observes the values of a plan.</summary>
public static class Calibration
{
    /// <summary>The scale and the zero point of each observed value.</summary>
    /// <param name="graph">The float graph, as it will be converted.</param>
    /// <param name="plan">Which values are observed.</param>
    /// <param name="options">The observers, the batch size and the threads.</param>
    /// <param name="batches">The data; each batch is observed as one, as PyTorch's observers see it.</param>
    /// <param name="progress">Told the number of samples done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">There is no data (<c>NoCalibrationData</c>), an observer saw none (<c>ObserverWithoutData</c>), or a
    /// value is not finite (<c>CalibrationNotFinite</c>).</exception>
    public static IReadOnlyDictionary<string, QuantParams> Run(Graph graph, QuantizationPlan plan, StaticQuantizationOptions options,
        IEnumerable<InputBatch> batches, IProgress<int>? progress, CancellationToken cancel)
    {
        QConfig qconfig = options.QConfig ?? QConfig.For(options.Backend);
        Dictionary<string, Observer> observers = plan.Observed.ToDictionary(value => value, _ => Observer.Create(qconfig.Activation));
        observers.TryGetValue(graph.Inputs[0].Name, out Observer? inputObserver);

        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions
        {
            MaxBatch = options.BatchSize,
            Threads = options.Threads,
            Taps = observers.Keys.Where(value => graph.Find(value) is not null).ToHashSet(),
        });
        ValueTap tap = (in TappedValue value) => observers[value.Name].Observe(value.Floats);
        int outputs = checked((int)compiled.OutputShape.ElementCount);
        var output = new float[options.BatchSize * outputs];
        int done = 0;
        foreach (InputBatch batch in batches)
        {
            cancel.ThrowIfCancellationRequested();
            inputObserver?.Observe(batch.Values.Span);
            compiled.Run(batch.Values.Span, batch.Count, output.AsSpan(0, batch.Count * outputs), tap, cancel);
            done += batch.Count;
            progress?.Report(done);
        }
        if (done == 0)
            throw new QuantPSException("NoCalibrationData", "There is no image to calibrate with. Give at least one that can be read; some hundred are better.");
        return observers.ToDictionary(pair => pair.Key, pair => Calculate(graph, pair.Key, pair.Value, qconfig));
    }

    private static QuantParams Calculate(Graph graph, string value, Observer observer, QConfig qconfig)
    {
        string place = graph.Find(value) is { Module: not "" } node ? $"The layer '{node.Module}'" : $"The value '{value}'";
        if (!observer.HasData)
            throw new QuantPSException("ObserverWithoutData", $"{place} saw no data in the calibration, so its scale is not known. Give data that reaches it, or skip the module.", value);
        QuantRange range = observer.Range();
        return float.IsFinite(range.Minimum) && float.IsFinite(range.Maximum)
            ? QuantFormula.Affine(range, qconfig.MaximumCode)
            : throw new QuantPSException("CalibrationNotFinite", $"{place} gave values that are not finite in the calibration. Check the weights and the calibration images.", value);
    }
}
