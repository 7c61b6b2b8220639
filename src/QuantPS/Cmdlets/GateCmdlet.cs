using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Gates;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that hold models to limits.</summary>
public abstract class GateCmdlet : LimitCmdlet
{
    private Baseline _baseline = Gates.Baseline.Empty;
    private GateLimits _limits = GateLimits.None;

    /// <summary>
    /// A file that Export-QuantModelBaseline wrote. Its limits hold where no parameter gives another, and without -Reference the accuracy
    /// is compared with the one in it. No character is a wildcard.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Baseline { get; set; }

    /// <inheritdoc/>
    protected sealed override ComparisonParts Parts => QualityGate.PartsFor(_limits);

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (Baseline is not null) _baseline = Gates.Baseline.Read(FullPath(Baseline));
        _limits = GivenLimits.Or(_baseline.Limits);
        if (_limits.IsEmpty)
            throw new QuantPSException("NoGateGiven",
                $"There is no limit to hold the model to. Give one of {string.Join(", ", QualityGate.All.Select(gate => $"-{gate.Name}"))}, or a -Baseline with limits.");
        base.Begin();
    }

    /// <inheritdoc/>
    protected sealed override void Process(ModelComparison comparison, object input) =>
        Process(QualityGate.Check(comparison, _limits, _baseline.Of(comparison)), input);

    /// <summary>Tells what came of the gates of one model.</summary>
    protected abstract void Process(ImmutableArray<GateResult> results, object input);

    /// <summary>Writes a warning for each soft limit that is not kept, and each time that is not sure.</summary>
    protected void Warn(ImmutableArray<GateResult> results)
    {
        foreach (GateResult result in results.Where(result => result.Outcome == GateOutcome.Warning)) WriteWarning(result.Reason);
    }
}
