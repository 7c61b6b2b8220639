using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Gates;

namespace QuantPS.Commands;

/// <summary>Says whether a model keeps limits of accuracy, size, latency and noise.</summary>
/// <remarks>
/// <para>
/// Only what the given limits need is measured. A limit of a parameter is hard: where it is not kept, the result is false. A limit of
/// -SoftLimit warns. A latency that may lie on either side of its limit, as far as the rounds say, warns too: noise fails nothing.
/// </para>
/// </remarks>
/// <example>
/// <para>Ask whether a model may be published.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $float = Get-QuantizedPretrained sample_net -Float
/// $int8 = $float | Invoke-StaticQuantization ./shapes/train
/// $int8 | Test-QuantModelGate -Reference $float -Data ./shapes/test -MaxAccuracyDrop 5 -MinRatio 3
/// </code>
/// </example>
/// <example>
/// <para>See what came of each gate.</para>
/// <code>
/// $float = Get-QuantizedPretrained sample_net -Float
/// $comparison = $float | Invoke-DynamicQuantization | Compare-QuantModel $float -Part Size
/// $comparison | Test-QuantModelGate -MinRatio 1.5 -SoftLimit @{ MaxSizeMB = 0.4 } -Detailed
/// </code>
/// </example>
/// <returns>True or false for each model; with -Detailed, a row for each gate, with its reason.</returns>
/// <seealso cref="AssertQuantModelGateCommand"/>
/// <seealso cref="CompareQuantModelCommand"/>
/// <seealso cref="ExportQuantModelBaselineCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "QuantModelGate", DefaultParameterSetName = ModelSet)]
[OutputType(typeof(bool), typeof(GateResult))]
public sealed class TestQuantModelGateCommand : GateCmdlet
{
    /// <summary>Emits a row for each gate in place of true or false.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Process(ImmutableArray<GateResult> results, object input)
    {
        if (Detailed)
        {
            WriteObject(results, enumerateCollection: true);
            return;
        }
        Warn(results);
        foreach (GateResult result in results.Where(result => !result.Passed)) WriteVerbose(result.Reason);
        WriteObject(results.All(result => result.Passed));
    }
}
