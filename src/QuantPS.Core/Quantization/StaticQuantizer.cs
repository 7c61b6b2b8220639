using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Static quantization: fuse, observe, calibrate, convert (torch/ao/quantization/quantize.py, <c>quantize</c>).</summary>
public static class StaticQuantizer
{
    /// <summary>The int8 model.</summary>
    /// <param name="model">A float model; it is not changed.</param>
    /// <param name="options">The settings.</param>
    /// <param name="batches">The calibration data, in batches of at most <see cref="StaticQuantizationOptions.BatchSize"/>.</param>
    /// <param name="progress">Told the number of samples done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">The model is quantized already (<c>ModelAlreadyQuantized</c>), or the calibration fails
    /// (see <see cref="Calibration.Run"/>) or the plan does (see <see cref="QuantizationPlanner.Create"/>).</exception>
    public static QuantModel Quantize(QuantModel model, StaticQuantizationOptions options, IEnumerable<InputBatch> batches,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        model.RequireFloat();
        model.RequireImages();
        QConfig qconfig = options.QConfig ?? QConfig.For(options.Backend);
        Graph graph = Prepare(model.Graph, options.Plan);
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options.Plan);

        int samples = 0;
        var counting = batches.Select(batch => { samples += batch.Count; return batch; });
        IReadOnlyDictionary<string, QuantParams> activations = Calibration.Run(graph, plan, options, counting, progress, cancel);
        Graph quantized = Convert(graph, plan, activations, qconfig);

        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add("Backend", options.Backend.ToString().ToLowerInvariant())
            .Add("ActivationObserver", qconfig.Activation.ToString())
            .Add("WeightObserver", qconfig.Weight.ToString())
            .Add("SampleCount", samples.ToString(CultureInfo.InvariantCulture))
            .Add("Fuse", options.Plan.Fuse.ToString());
        if (!options.Plan.SkipModules.IsEmpty) settings = settings.Add("SkipModule", string.Join(", ", options.Plan.SkipModules));
        return model.After(new ModelStep("StaticQuantization", settings, []), quantized) with { Backend = options.Backend };
    }

    /// <summary>The float graph in the form in which it is observed and converted: fused, unless the options say otherwise.</summary>
    public static Graph Prepare(Graph graph, PlanOptions options) =>
        options.Fuse ? FoldBatchNorm.Apply(ReplaceRelu6.Apply(graph)) : graph;

    /// <summary>The quantized graph of a prepared one, its weights quantized by their own range.</summary>
    public static Graph Convert(Graph graph, QuantizationPlan plan, IReadOnlyDictionary<string, QuantParams> activations, QConfig qconfig) =>
        ConvertToQdq.Apply(graph, plan, activations,
            plan.Weights.Keys.ToDictionary(name => name, name => WeightQuantizer.Observe(graph.Constants[name], qconfig.PerChannelWeights)));
}
