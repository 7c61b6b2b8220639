using System.Collections.Immutable;
using QuantPS.Analysis;
using QuantPS.Gates;

namespace QuantPS.Tests.Gates;

public sealed class QualityGateTests
{
    [Theory]
    [InlineData("MaxAccuracyDrop", 1, 0.99, "AccuracyDropTooLarge")]
    [InlineData("MinAccuracy", 94, 94.01, "AccuracyTooLow")]
    [InlineData("MaxPerplexityRatio", 1.02, 1.019, "PerplexityRatioTooHigh")]
    [InlineData("MaxPerplexity", 102, 101.9, "PerplexityTooHigh")]
    [InlineData("MaxSizeMB", 0.25, 0.249, "ModelTooLarge")]
    [InlineData("MinRatio", 4, 4.01, "RatioTooLow")]
    [InlineData("MaxLatencyRatio", 0.6, 0.39, "LatencyRatioTooHigh")]
    [InlineData("MinLayerSqnr", 25, 25.01, "LayerSqnrTooLow")]
    public void A_limit_that_is_just_kept_passes_and_one_that_is_not_fails_with_its_own_error(string gate, double kept, double broken, string errorId)
    {
        Assert.Equal(GateOutcome.Passed, Check(gate, kept).Outcome);
        Assert.Equal((GateOutcome.Failed, false, errorId), (Check(gate, broken).Outcome, Check(gate, broken).Passed, Check(gate, broken).ErrorId));
        GateResult soft = Check(gate, broken, soft: true);
        Assert.Equal((GateOutcome.Warning, true, true), (soft.Outcome, soft.Passed, soft.IsSoft));
    }

    [Fact]
    public void A_time_fails_only_where_its_whole_range_is_beyond_the_limit()
    {
        GateResult unsure = Check("MaxLatencyRatio", 0.45);

        Assert.Equal(GateOutcome.Warning, unsure.Outcome);
        Assert.Contains("0.50 (0.40 to 0.60, 96 % sure, 15 rounds); the limit lies within that range, so this is not sure", unsure.Reason);
        Assert.Equal(GateOutcome.Passed, Check("MaxLatencyRatio", 0.55).Outcome);
        Assert.DoesNotContain("not sure", Check("MaxLatencyRatio", 0.61).Reason);
    }

    [Fact]
    public void A_time_of_few_rounds_is_never_sure()
    {
        var comparison = Comparisons.Create();
        comparison = comparison with { Latency = comparison.Latency! with { Interval = new(0.5, 0.5, 0), Rounds = 1 } };

        GateResult result = QualityGate.Check(comparison, Limits("MaxLatencyRatio", 0.1))[0];

        Assert.Equal(GateOutcome.Warning, result.Outcome);
        Assert.Contains("(0.50 to 0.50, 0 % sure, 1 rounds); so few rounds are never sure, so give more (-RoundCount)", result.Reason);
    }

    [Fact]
    public void The_reason_names_the_worst_layer() => Assert.Equal(
        "net (Int8) has a layer of 25 dB, and at least 30 dB are asked for: conv1.", Check("MinLayerSqnr", 30).Reason);

    [Fact]
    public void A_noise_that_is_no_number_passes_nowhere() =>
        Assert.Equal(GateOutcome.Failed, QualityGate.Check(Comparisons.Create(sqnr: double.NaN), Limits("MinLayerSqnr", -1000))[0].Outcome);

    [Theory]
    [InlineData("MaxAccuracyDrop", "-Baseline")]
    [InlineData("MaxLatencyRatio", "-Reference")]
    [InlineData("MinLayerSqnr", "-Data")]
    [InlineData("MinRatio", "-Reference")]
    [InlineData("MaxPerplexity", "a language model and a text (-Data)")]
    public void What_was_not_measured_is_an_error_and_never_passes(string gate, string missing)
    {
        var error = Assert.Throws<QuantPSException>(() => QualityGate.Check(Comparisons.Alone(), Limits(gate, 0)));

        Assert.Equal("GateNotMeasured", error.ErrorId);
        Assert.Contains(missing, error.Message);
    }

    [Fact]
    public void A_gate_that_nobody_knows_suggests_the_nearest() =>
        Assert.Contains("MaxSizeMB", Assert.Throws<QuantPSException>(() => Limits("MaxSize", 1)).Message);

    [Fact]
    public void Only_what_the_limits_need_is_measured()
    {
        Assert.Equal(ComparisonParts.Size, QualityGate.PartsFor(Limits("MaxSizeMB", 1)));
        Assert.Equal(ComparisonParts.Accuracy | ComparisonParts.Layers, QualityGate.PartsFor(
            new GateLimits(GateLimits.Empty.Add("minaccuracy", 1), GateLimits.Empty.Add("MinLayerSqnr", 1))));
    }

    [Fact]
    public void A_name_cannot_be_a_command_to_a_pipeline_in_a_reason()
    {
        string reason = QualityGate.Check(Comparisons.Create(name: "a\r\n##vso[task.complete result=Succeeded]\n::error::b"), Limits("MaxSizeMB", 0))[0].Reason;

        Assert.StartsWith(@"a\u000D\u000A# #vso[task.complete result=Succeeded]\u000A: :error: :b (Int8) takes", reason);
    }

    internal static GateLimits Limits(string gate, double limit) => new(ImmutableSortedDictionary<string, double>.Empty.Add(gate, limit), GateLimits.Empty);

    private static GateResult Check(string gate, double limit, bool soft = false)
    {
        GateLimits limits = Limits(gate, limit);
        return Assert.Single(QualityGate.Check(Comparisons.Create(), soft ? new GateLimits(GateLimits.Empty, limits.Hard) : limits));
    }
}
