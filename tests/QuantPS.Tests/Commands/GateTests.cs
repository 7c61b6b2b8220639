using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Gates;

namespace QuantPS.Tests.Commands;

/// <summary>The quality gates as a script uses them.</summary>
[Collection(ModuleCollection.Name)]
public sealed class GateTests(ModuleSession session)
{
    private const string Models = "$float = Get-QuantizedPretrained sample_net -Float; $int8 = $float | Invoke-DynamicQuantization\n";

    [Fact]
    public void A_comparison_holds_what_was_measured_of_both_models()
    {
        var comparison = Run("$int8 | Compare-QuantModel $float -Data $args[0] -Duration 0.05 -RoundCount 7 -LayerSampleCount 3").Single<ModelComparison>();

        Assert.Equal((ModelPrecision.Float32, ModelPrecision.DynamicInt8), (comparison.Reference!.Precision, comparison.Precision));
        Assert.Equal(20, comparison.Candidate.Accuracy!.Count);
        Assert.Equal(7, comparison.Latency!.Rounds);
        Assert.Equal("DynamicQuantization", comparison.Candidate.History[^1].Name);
        Assert.InRange(comparison.WorstLayer!.Sqnr, 20, 100);
        Assert.Equal(comparison.Reference.Size.Bytes / (double)comparison.Candidate.Size.Bytes, comparison.Ratio);
    }

    [Fact]
    public void An_int8_model_has_a_noise_at_every_layer_that_its_float_model_names()
    {
        var comparison = Run("$float | Invoke-StaticQuantization $args[0] -SampleCount 8 | Compare-QuantModel $float -Data $args[0] -Part Layers -LayerSampleCount 2").Single<ModelComparison>();

        Assert.Contains("layer2.0.add_relu", comparison.Layers.Select(layer => layer.Module));
        Assert.True(comparison.Layers.Length > 10);
        Assert.All(comparison.Layers, layer => Assert.InRange(layer.Sqnr, 10, 60));
        Assert.Null(comparison.Latency);
        Assert.Null(comparison.Top1);
    }

    [Fact]
    public void A_gate_is_true_or_false_for_each_model_and_measures_what_it_needs()
    {
        ModuleSession.Result result = Run("$int8, $float | Test-QuantModelGate -Reference $float -MinRatio 1.5");

        Assert.Empty(result.Errors);
        Assert.Equal([true, false], result.Output.Select(output => (bool)output.BaseObject));
    }

    [Fact]
    public void Details_are_a_row_for_each_gate_of_both_levels()
    {
        ModuleSession.Result result = Run("$int8 | Test-QuantModelGate -MinRatio 1.5 -SoftLimit @{ MinRatio = 3; MaxSizeMB = '1' } -Detailed");

        Assert.Empty(result.Errors);
        Assert.Equal([("MaxSizeMB", GateOutcome.Passed, true), ("MinRatio", GateOutcome.Passed, false), ("MinRatio", GateOutcome.Warning, true)],
            result.Output.Select(output => (GateResult)output.BaseObject).Select(row => (row.Gate, row.Outcome, row.IsSoft)));
    }

    [Fact]
    public void Soft_limits_warn()
    {
        ModuleSession.Result result = Run("$int8 | Test-QuantModelGate -SoftLimit @{ MinRatio = 3 }");

        Assert.True(result.Single<bool>());
        Assert.Contains("at least 3 times are asked for", Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("-MinRatio 9", "RatioTooLow")]
    [InlineData("-MaxSizeMB 0.1", "ModelTooLarge")]
    [InlineData("-MinAccuracy 100 -MinRatio 9", "AccuracyTooLow")]
    [InlineData("-MaxAccuracyDrop -101", "AccuracyDropTooLarge")]
    [InlineData("-MaxLatencyRatio 0.001 -Duration 0.05", "LatencyRatioTooHigh")]
    [InlineData("-MinLayerSqnr 200 -LayerSampleCount 1", "LayerSqnrTooLow")]
    public void An_assertion_that_fails_stops_the_script_with_the_error_of_its_gate(string limits, string errorId)
    {
        ModuleSession.Result result = Run($"$int8 | Assert-QuantModelGate -Reference $float -Data $args[0] {limits} -PassThru; 'went on'");

        Assert.Equal($"{errorId},QuantPS.Commands.AssertQuantModelGateCommand", result.Error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.LimitsExceeded, result.Error.CategoryInfo.Category);
        Assert.NotNull(result.Error.TargetObject);
        Assert.DoesNotContain(result.Output, output => output.BaseObject is QuantModel);
    }

    [Fact]
    public void An_assertion_that_holds_lets_the_model_through() => Assert.Equal(
        ModelPrecision.DynamicInt8, Run("$int8 | Assert-QuantModelGate -MinRatio 1.5 -PassThru").Single<QuantModel>().Precision);

    [Fact]
    public void An_assertion_that_cannot_be_measured_stops_the_script_too()
    {
        ModuleSession.Result result = Run("try { $int8 | Assert-QuantModelGate -MaxLatencyRatio 1 } catch { $_.FullyQualifiedErrorId; return }; 'went on'");

        Assert.Equal("GateNotMeasured,QuantPS.Commands.AssertQuantModelGateCommand", result.Single<string>());
    }

    [Theory]
    [InlineData("Test-QuantModelGate", "NoGateGiven")]
    [InlineData("Test-QuantModelGate -SoftLimit @{ MinRatioo = 1 }", "GateUnknown")]
    [InlineData("Test-QuantModelGate -SoftLimit @{ MinRatio = 'much' }", "GateLimitInvalid")]
    [InlineData("Test-QuantModelGate -Baseline ./absent.json", "BaselineNotFound")]
    public void A_gate_without_sense_is_an_error(string command, string errorId) =>
        Assert.StartsWith($"{errorId},", Run($"$int8 | {command}").Error.FullyQualifiedErrorId);

    [Fact]
    public void A_baseline_is_written_merged_and_held_to()
    {
        using TemporaryFolder folder = new();
        string script = Models + """
            $int8 | Export-QuantModelBaseline base.json -Data $args[0] -MaxAccuracyDrop 0 -WhatIf
            if ([IO.File]::Exists("$PWD/base.json")) { throw 'written' }
            $null = $int8 | Export-QuantModelBaseline base.json -Data $args[0] -MaxAccuracyDrop 0
            $null = $float | Export-QuantModelBaseline base.json -Data $args[0] -MinAccuracy 1
            $int8, $float | Test-QuantModelGate -Data $args[0] -Baseline base.json
            $int8 | Test-QuantModelGate -Data $args[0] -Baseline base.json -MaxAccuracyDrop -1
            $int8 | Test-QuantModelGate -Data $args[0] -First 10 -Baseline base.json
            """;
        ModuleSession.Result result = session.RunIn(folder.Path, script, Path.Combine(session.Shapes, "test"));

        Assert.Equal([true, true, false], result.Output.Select(output => (bool)output.BaseObject));
        Assert.StartsWith("BaselineMismatch,", result.Error.FullyQualifiedErrorId);
        Assert.Contains("\"MinAccuracy\": 1", File.ReadAllText(folder.At("base.json")));
    }

    private ModuleSession.Result Run(string script) => session.Run(Models + script, Path.Combine(session.Shapes, "test"));
}
