using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Gates;
using QuantPS.Pipelines;

namespace QuantPS.Commands;

/// <summary>Stops a script where a model does not keep limits of accuracy, size, latency and noise.</summary>
/// <remarks>
/// <para>
/// Only what the given limits need is measured. A hard limit that is not kept is a terminating error, whose identifier names the first
/// gate that failed, whose message has the reasons of all, and whose target object is the results. What cannot be measured is a terminating
/// error too. Soft limits, and a latency that may lie on either side of its limit, warn.
/// </para>
/// <para>
/// The identifiers are AccuracyDropTooLarge, AccuracyTooLow, PerplexityRatioTooHigh, PerplexityTooHigh, ModelTooLarge, RatioTooLow, LatencyRatioTooHigh
/// and LayerSqnrTooLow.
/// </para>
/// <para>In Azure Pipelines and GitHub Actions each gate that is not passed is an error or a warning of the run, at the line of the script.</para>
/// </remarks>
/// <example>
/// <para>Write a model only where it is good enough.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $float = Get-QuantizedPretrained sample_net -Float
/// $float | Invoke-StaticQuantization ./shapes/train |
///     Assert-QuantModelGate -Reference $float -Data ./shapes/test -MaxAccuracyDrop 5 -MaxSizeMB 0.3 -PassThru |
///     Export-QuantModel ./shapes.pth
/// </code>
/// </example>
/// <returns>Nothing; with -PassThru, the model.</returns>
/// <seealso cref="TestQuantModelGateCommand"/>
/// <seealso cref="ExportQuantModelBaselineCommand"/>
[Cmdlet(VerbsLifecycle.Assert, "QuantModelGate", DefaultParameterSetName = ModelSet)]
[OutputType(typeof(QuantModel), typeof(Analysis.ModelComparison))]
public sealed class AssertQuantModelGateCommand : GateCmdlet
{
    /// <summary>Emits what came in where it passes, so that the pipeline goes on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Who reads along. Auto knows Azure Pipelines and GitHub Actions by their environment variables.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<PipelineStyle>))]
    public Choice<PipelineStyle> Style { get; set; }

    /// <inheritdoc/>
    protected override void Report(ErrorRecord error) => ThrowTerminatingError(error);

    /// <inheritdoc/>
    protected override void Process(ImmutableArray<GateResult> results, object input)
    {
        PipelineFormat format = PipelineFormat.For(Style);
        if (format.Style == PipelineStyle.Plain) Warn(results);
        else foreach (GateResult result in results.OrderBy(result => result.Passed ? 0 : 1)) WriteLines(PipelineFigures.Lines(format, result, MyInvocation.ScriptName, MyInvocation.ScriptLineNumber));
        GateResult[] failed = [.. results.Where(result => !result.Passed)];
        if (failed.Length > 0)
            throw new QuantPSException(failed[0].ErrorId, string.Join(" ", failed.Select(result => result.Reason)), results);
        if (PassThru) WriteObject(input);
    }
}
