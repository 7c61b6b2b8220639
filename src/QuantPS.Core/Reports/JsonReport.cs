using System.Text.Json;
using System.Text.Json.Serialization;
using QuantPS.Analysis;

namespace QuantPS.Reports;

/// <summary>Writes all figures of a report as JSON. Numbers that JSON does not know are texts: <c>"Infinity"</c>, <c>"NaN"</c>.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions _options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(QuantReport report) => JsonSerializer.Serialize(new
    {
        version = 1,
        title = report.Title,
        models = report.Models.Select(row => Model(row.Model)),
        comparisons = report.Comparisons.Where(comparison => comparison.Reference is not null).Select(Comparison),
        gates = report.Gates.Select(gate => new
        {
            model = gate.Model, gate = gate.Gate, errorId = gate.ErrorId, outcome = gate.Outcome, isSoft = gate.IsSoft,
            limit = gate.Limit, actual = gate.Actual, passed = gate.Passed, reason = gate.Reason,
        }),
    }, _options) + "\n";

    private static object Model(ModelFigures model) => new
    {
        name = model.Name,
        precision = model.Precision,
        backend = model.Backend,
        sizeMB = model.Size.SizeMB,
        parameterCount = model.Size.ParameterCount,
        quantizedFraction = model.Size.QuantizedFraction,
        ratio = model.Size.Ratio,
        accuracy = model.Accuracy is { } accuracy
            ? new { top1 = accuracy.Top1, top5 = accuracy.Top5, loss = accuracy.Loss, count = accuracy.Count, data = accuracy.Data } : null,
        perplexity = model.Perplexity is { } text
            ? new { perplexity = text.Perplexity, loss = text.Loss, count = text.Count, unit = text.Unit, data = text.Data } : null,
        history = model.History.Select(step => new { name = step.Name, settings = step.Settings, records = step.Records }),
    };

    private static object Comparison(ModelComparison comparison) => new
    {
        reference = comparison.Reference!.ToString(),
        candidate = comparison.Candidate.ToString(),
        ratio = comparison.Ratio,
        accuracyDrop = comparison.AccuracyDrop,
        perplexityRatio = comparison.PerplexityRatio,
        latency = comparison.Latency is { } latency
            ? new
            {
                referenceMs = latency.ReferenceMs, ms = latency.Ms, ratio = latency.Ratio, lower = latency.Interval.Lower, upper = latency.Interval.Upper,
                confidence = latency.Interval.Confidence, rounds = latency.Rounds, runs = latency.Runs, threads = latency.Threads,
            } : null,
        layers = comparison.Layers.Select(layer => new
        {
            module = layer.Module, @operator = layer.Operator, value = layer.Value, output = layer.Output.ToString(),
            sqnr = layer.Sqnr, meanError = layer.MeanError, maxError = layer.MaxError,
        }),
    };
}
