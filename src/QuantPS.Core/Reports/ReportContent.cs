using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Analysis;
using QuantPS.Gates;
using QuantPS.Training;
using static QuantPS.Reports.ReportPart;

namespace QuantPS.Reports;

/// <summary>What a report for people says, part by part.</summary>
internal static class ReportContent
{
    private const int WorstLayers = 10;

    public static IEnumerable<ReportPart> Of(QuantReport report)
    {
        if (report.Gates.Length > 0)
        {
            yield return new Heading("Quality gates");
            yield return new Table(["Outcome", "Model", "Gate", "Level", " Limit", " Actual", "Reason"],
                [.. report.Gates.Select(gate => Row($"{gate.Outcome}", gate.Model, gate.Gate, gate.IsSoft ? "soft" : "hard", Number(gate.Limit), Number(gate.Actual), gate.Reason))]);
        }
        yield return new Heading("Models");
        yield return new Table(["Model", " Size, MB", " Ratio", " Int8 weights, %", " Top-1, %", " Drop, points", " Median, ms", "Time against the reference"],
            [.. report.Models.Select(row => ModelRow(row.Model, row.Comparison, report))]);
        if (report.Models.Any(row => row.Model.Perplexity is not null))
        {
            yield return new Heading("Perplexity of language models");
            yield return new Table(["Model", " Perplexity", " Loss, nats", " Times the reference", "Text"],
                [.. from row in report.Models
                    where row.Model.Perplexity is not null
                    let text = row.Model.Perplexity
                    select Row($"{row.Model}", Number(text.Perplexity), Number(text.Loss, "0.0000"), Number(row.Comparison?.PerplexityRatio, "0.0000"), text.Data)]);
        }
        foreach (Chart chart in Charts(report))
            if (chart.Bars.Length > 0)
                yield return chart;
        foreach (ModelComparison comparison in report.Comparisons.Where(comparison => !comparison.Layers.IsEmpty))
        {
            LayerDifference[] worst = [.. comparison.Layers.OrderBy(layer => layer.Sqnr).Take(WorstLayers)];
            yield return new Heading($"Layers of {comparison.Candidate} that differ most");
            yield return new Table(["Layer", "Operator", "Output", " SQNR, dB", " Mean error", " Largest error"],
                [.. worst.Select(layer => Row(layer.Module, layer.Operator, $"{layer.Output}", Number(layer.Sqnr, "0.0"), Number(layer.MeanError, "0.00000"), Number(layer.MaxError, "0.00000")))]);
            yield return new Chart($"Signal to quantization noise of {comparison.Candidate}", "dB",
                [.. worst.Where(layer => double.IsFinite(layer.Sqnr)).Select(layer => (layer.Module, layer.Sqnr))]);
        }
        foreach ((ModelFigures model, _) in report.Models.Where(row => !row.Model.History.IsEmpty))
        {
            yield return new Heading($"How {model} was made");
            yield return new Table(["Step", "Settings"], [.. model.History.Select(step => Row(step.Name, Settings(step)))]);
            foreach (ModelStep step in model.History.Where(step => step.Records.OfType<EpochRecord>().Any()))
                yield return new Chart($"Training loss of each epoch of {step.Name}", "", [.. step.Records.OfType<EpochRecord>().Select(epoch => ($"{epoch.Epoch}", epoch.TrainingLoss))]);
        }
    }

    /// <summary>A number as people read it, the same everywhere.</summary>
    public static string Number(double? value, string format = "0.###") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static IEnumerable<Chart> Charts(QuantReport report)
    {
        yield return new Chart("Size", "MB", [.. report.Models.Select(row => ($"{row.Model}", row.Model.Size.SizeMB))]);
        yield return new Chart("Top-1 accuracy", "%", [.. report.Models.Where(row => row.Model.Accuracy is not null).Select(row => ($"{row.Model}", row.Model.Accuracy!.Top1))]);
        yield return new Chart("Median time of a run", "ms", [.. report.Models.Select(row => ($"{row.Model}", Ms: Milliseconds(row.Model, row.Comparison, report)))
            .Where(bar => bar.Ms is not null).Select(bar => (bar.Item1, bar.Ms!.Value))]);
    }

    private static ImmutableArray<string> ModelRow(ModelFigures model, ModelComparison? comparison, QuantReport report) => Row(
        $"{model}", Number(model.Size.SizeMB, "0.000"), Number(comparison?.Ratio ?? model.Size.Ratio, "0.00"), Number(100 * model.Size.QuantizedFraction, "0.0"),
        Number(model.Accuracy?.Top1, "0.00"), Number(comparison?.AccuracyDrop, "0.00"), Number(Milliseconds(model, comparison, report)), $"{comparison?.Latency}");

    // A model that is only a reference was timed along with the first that was compared with it.
    private static double? Milliseconds(ModelFigures model, ModelComparison? comparison, QuantReport report) =>
        comparison?.Latency?.Ms ?? report.Comparisons.FirstOrDefault(other => other.Latency is not null && $"{other.Reference}" == $"{model}")?.Latency!.ReferenceMs;

    private static string Settings(ModelStep step) => string.Join(", ", step.Settings.Select(setting => $"{setting.Key} {setting.Value}"));

    private static ImmutableArray<string> Row(params ReadOnlySpan<string> cells) => [.. cells];
}
