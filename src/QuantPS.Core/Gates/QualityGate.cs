using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Analysis;

namespace QuantPS.Gates;

/// <summary>One kind of limit that a model can be held to.</summary>
public sealed class QualityGate
{
    // Five rounds reach it.
    private const double LeastConfidence = 0.9;

    private readonly Func<ModelComparison, BaselineFigures?, double?> _measure;
    private readonly string _needs;

    private QualityGate(string errorId, string text, string name, ComparisonParts part, string needs, Func<ModelComparison, BaselineFigures?, double?> measure) =>
        (ErrorId, Text, Name, Part, _needs, _measure) = (errorId, text, name, part, needs, measure);

    /// <summary>All gates, in the order in which they are tried.</summary>
    public static ImmutableArray<QualityGate> All { get; } =
    [
        new("AccuracyDropTooLarge", "loses {0} points of top-1 accuracy, and at most {1} are allowed", "MaxAccuracyDrop", ComparisonParts.Accuracy,
            "labelled images or texts (-Data; of a language model -MaxPerplexityRatio tells as much), and a reference (-Reference) or a baseline (-Baseline) with the model's accuracy",
            (model, baseline) => model.AccuracyDrop ?? baseline?.Top1 - model.Top1),
        new("AccuracyTooLow", "gets {0} % right, and at least {1} % are asked for", "MinAccuracy", ComparisonParts.Accuracy,
            "labelled images or texts (-Data; of a language model -MaxPerplexity tells as much)", (model, _) => model.Top1),
        new("PerplexityRatioTooHigh", "has {0} times the perplexity of its reference, and at most {1} times are allowed", "MaxPerplexityRatio", ComparisonParts.Accuracy,
            "a language model, a text (-Data), and a reference (-Reference) or a baseline (-Baseline) with the model's perplexity",
            (model, baseline) => model.PerplexityRatio ?? model.Perplexity / baseline?.Perplexity),
        new("PerplexityTooHigh", "has a perplexity of {0}, and at most {1} is allowed", "MaxPerplexity", ComparisonParts.Accuracy,
            "a language model and a text (-Data)", (model, _) => model.Perplexity),
        new("ModelTooLarge", "takes {0} MB, and at most {1} MB are allowed", "MaxSizeMB", ComparisonParts.Size,
            "nothing but the model", (model, _) => model.SizeMB),
        new("RatioTooLow", "is {0} times as small as its reference, and at least {1} times are asked for", "MinRatio", ComparisonParts.Size,
            "a reference (-Reference), or a model that knows the float model it came from", (model, _) => model.Ratio),
        new("LatencyRatioTooHigh", "takes {0} times as long as its reference, and at most {1} times are allowed", "MaxLatencyRatio", ComparisonParts.Latency,
            "a reference (-Reference)", (model, _) => model.LatencyRatio),
        new("LayerSqnrTooLow", "has a layer of {0} dB, and at least {1} dB are asked for", "MinLayerSqnr", ComparisonParts.Layers,
            "images (-Data), which networks for text do not take, and a reference (-Reference)", (model, _) => model.WorstLayer?.Sqnr),
    ];

    /// <summary>The identifier of the error of a model that does not pass.</summary>
    public string ErrorId { get; }

    /// <summary>The name, which is that of the cmdlets' parameter; it says whether the limit is the most or the least that is allowed.</summary>
    public string Name { get; }

    /// <summary>What has to be measured for it.</summary>
    public ComparisonParts Part { get; }

    private string Text { get; }

    private bool IsMinimum => Name.StartsWith("Min", StringComparison.Ordinal);

    /// <summary>The gate of a name, whatever its case; null where there is none.</summary>
    public static QualityGate? Find(string name) => All.FirstOrDefault(gate => gate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What has to be measured for the gates that have limits.</summary>
    public static ComparisonParts PartsFor(GateLimits limits) =>
        limits.Hard.Keys.Concat(limits.Soft.Keys).Aggregate(ComparisonParts.Size, (parts, name) => parts | Find(name)!.Part);

    /// <summary>Holds what was measured of a model to all limits.</summary>
    /// <param name="model">What was measured.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="baseline">What was accepted of the model before; takes the place of a reference in the accuracy.</param>
    /// <exception cref="QuantPSException"><c>GateNotMeasured</c>: a gate has a limit, and what it compares was not measured.</exception>
    public static ImmutableArray<GateResult> Check(ModelComparison model, GateLimits limits, BaselineFigures? baseline = null) =>
    [
        .. from gate in All
           from level in new[] { (Limits: limits.Hard, IsSoft: false), (Limits: limits.Soft, IsSoft: true) }
           where level.Limits.ContainsKey(gate.Name)
           select gate.Check(model, level.Limits[gate.Name], level.IsSoft, baseline),
    ];

    private GateResult Check(ModelComparison model, double limit, bool isSoft, BaselineFigures? baseline)
    {
        string name = PlainText.Of(model.Candidate.ToString());
        double actual = _measure(model, baseline)
            ?? throw new QuantPSException("GateNotMeasured", $"{Name} cannot be tested for {name}: it needs {_needs}.", model);
        // A number that is none passes nowhere.
        bool kept = IsMinimum ? actual >= limit : actual <= limit;
        // Noise alone must not fail a build: a time is beyond its limit where the whole range that it may lie in is.
        bool sure = Part != ComparisonParts.Latency
            || (model.Latency!.Interval.Confidence >= LeastConfidence && (kept ? model.Latency.Interval.Upper <= limit : model.Latency.Interval.Lower > limit));
        GateOutcome outcome = kept ? GateOutcome.Passed : isSoft || !sure ? GateOutcome.Warning : GateOutcome.Failed;
        string reason = $"{name} {string.Format(CultureInfo.InvariantCulture, Text, Number(actual), Number(limit))}{Detail(model, sure)}.";
        return new GateResult(model.Candidate.ToString(), Name, ErrorId, outcome, isSoft, limit, actual, reason);
    }

    private string Detail(ModelComparison model, bool sure) => Part switch
    {
        ComparisonParts.Latency when model.Latency!.Interval.Confidence < LeastConfidence => $": {model.Latency}; so few rounds are never sure, so give more (-RoundCount)",
        ComparisonParts.Latency => $": {model.Latency}{(sure ? "" : "; the limit lies within that range, so this is not sure")}",
        ComparisonParts.Layers => $": {PlainText.Of(model.WorstLayer!.Module)}",
        _ => "",
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
