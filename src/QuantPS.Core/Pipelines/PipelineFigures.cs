using System.Globalization;
using QuantPS.Analysis;
using QuantPS.Gates;

namespace QuantPS.Pipelines;

/// <summary>What a pipeline is told of models and gates.</summary>
public static class PipelineFigures
{
    /// <summary>The figures of a model as variables: <c>quantps.sizeMB</c>, <c>ratio</c>, <c>top1</c>, <c>accuracyDrop</c>, <c>perplexity</c>, <c>perplexityRatio</c>, <c>latencyRatio</c>.</summary>
    /// <param name="format">How they are said.</param>
    /// <param name="model">What was measured; what was not is left out.</param>
    public static IEnumerable<string> Lines(PipelineFormat format, ModelComparison model) =>
        new (string Name, double? Value)[]
        {
            ("sizeMB", model.SizeMB), ("ratio", model.Ratio), ("top1", model.Top1), ("accuracyDrop", model.AccuracyDrop),
            ("perplexity", model.Perplexity), ("perplexityRatio", model.PerplexityRatio), ("latencyRatio", model.LatencyRatio),
        }
        .Where(figure => figure.Value is not null)
        .SelectMany(figure => format.Variable($"quantps.{figure.Name}", figure.Value!.Value.ToString("0.######", CultureInfo.InvariantCulture)));

    /// <summary>An error for a gate that failed, a warning for one that warns; nothing for one that passed.</summary>
    /// <param name="format">How it is said.</param>
    /// <param name="gate">What came of the gate.</param>
    /// <param name="file">The script that asked, or null.</param>
    /// <param name="line">Its line.</param>
    public static IEnumerable<string> Lines(PipelineFormat format, GateResult gate, string? file, int line) =>
        gate.Outcome == GateOutcome.Passed ? [] : format.Issue(!gate.Passed, gate.ErrorId, gate.Reason, file, line);
}
