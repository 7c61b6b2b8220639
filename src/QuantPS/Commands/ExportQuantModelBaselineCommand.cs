using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Gates;

namespace QuantPS.Commands;

/// <summary>Writes what is accepted of models, and the limits to hold them to, to a file for version control.</summary>
/// <remarks>
/// <para>
/// The file is JSON, sorted by name. A file that is there keeps what it has of other models and other limits. Test-QuantModelGate and
/// Assert-QuantModelGate take it as -Baseline: its limits hold, and without a reference the accuracy is compared with the one in it.
/// </para>
/// <para>
/// The size is always measured, the accuracy where there is -Data; latency and layers where a limit asks for them. Nothing is written
/// where one of the models cannot be measured.
/// </para>
/// </remarks>
/// <example>
/// <para>Accept a model, and hold its next form to that.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $int8 = Get-QuantizedPretrained sample_net -Float | Invoke-StaticQuantization ./shapes/train
/// $int8 | Export-QuantModelBaseline ./baseline.json -Data ./shapes/test -MaxAccuracyDrop 2 -MaxSizeMB 0.3
/// $int8 | Test-QuantModelGate -Data ./shapes/test -Baseline ./baseline.json
/// </code>
/// </example>
/// <returns>The file.</returns>
/// <seealso cref="TestQuantModelGateCommand"/>
/// <seealso cref="AssertQuantModelGateCommand"/>
[Cmdlet(VerbsData.Export, "QuantModelBaseline", SupportsShouldProcess = true, DefaultParameterSetName = ModelSet)]
[OutputType(typeof(FileInfo))]
public sealed class ExportQuantModelBaselineCommand : LimitCmdlet
{
    private Baseline _baseline = Baseline.Empty;
    private string _path = "";

    /// <summary>The file to write. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override ComparisonParts Parts => QualityGate.PartsFor(_baseline.Limits) | ComparisonParts.Accuracy;

    /// <inheritdoc/>
    protected override void Begin()
    {
        _path = FullPath(Path);
        if (File.Exists(_path)) _baseline = Baseline.Read(_path);
        _baseline = _baseline with { Limits = GivenLimits.Or(_baseline.Limits) };
        base.Begin();
    }

    /// <inheritdoc/>
    protected override void Report(ErrorRecord error) => ThrowTerminatingError(error);

    /// <inheritdoc/>
    protected override void Process(ModelComparison comparison, object input) => _baseline = _baseline.With(comparison);

    /// <inheritdoc/>
    protected override void End()
    {
        if (!ShouldProcess(_path, $"Write the baseline of {_baseline.Models.Count} models")) return;
        _baseline.Write(_path);
        WriteItem(_path);
    }
}
