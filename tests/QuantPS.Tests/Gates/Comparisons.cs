using QuantPS.Analysis;

namespace QuantPS.Tests.Gates;

/// <summary>Comparisons with figures that a test chooses.</summary>
internal static class Comparisons
{
    public static ModelComparison Create(
        string name = "net", long bytes = 250_000, double? top1 = 94, double referenceTop1 = 95, double? ratio = 0.5, double spread = 0.1, double sqnr = 25, string layer = "conv1")
    {
        LatencyComparison? latency = ratio is { } value
            ? new LatencyComparison(10, 10 * value, value, new ConfidenceInterval(value - spread, value + spread, 0.96484375), 15, 150, 1) : null;
        LayerDifference[] layers =
            [new(layer, "conv2d", "conv1", [1, 2, 3, 4], sqnr, 0.01, 0.5), new("linear", "linear", "linear", [1, 10], sqnr + 5, 0, 0.25)];
        return new ModelComparison(
            Figures(name, ModelPrecision.Float32, 1_000_000, referenceTop1) with { Perplexity = Perplexity(name, 100) },
            Figures(name, ModelPrecision.Int8, bytes, top1) with { Perplexity = Perplexity(name, 102) }, latency, [.. layers]);
    }

    /// <summary>A model that was measured without a reference.</summary>
    public static ModelComparison Alone(double? top1 = 94)
    {
        ModelComparison both = Create(top1: top1, ratio: null);
        return both with { Reference = null, Layers = [], Candidate = both.Candidate with { Perplexity = null } };
    }

    public static ModelFigures Figures(string name, ModelPrecision precision, long bytes, double? top1) => new(
        name, precision, null, new ModelSize(name, precision, bytes, 100_000, 1, null, [new ModuleSize("conv1", precision, bytes, 100_000)]),
        top1 is { } accuracy ? new AccuracyReport(name, precision, accuracy, 99, 1000, 0.2, "test") : null,
        [new ModelStep("StaticQuantization", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("Backend", "X86"), [])]);

    private static PerplexityReport Perplexity(string name, double value) =>
        new(name, ModelPrecision.Int8, value, Math.Log(value), 500, QuantPS.Data.TokenUnit.Word, 0, "test.txt");
}
