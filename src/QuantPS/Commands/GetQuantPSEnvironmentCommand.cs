using System.Management.Automation;
using QuantPS.Analysis;

namespace QuantPS.Commands;

/// <summary>Shows what this machine and this installation have: versions, instruction sets, libraries, folders, and what is missing.</summary>
/// <remarks>
/// <para>
/// Tries to load the libraries for images and for training, so that Problems can say why one does not load; that takes a second. Put the
/// output into a report of a fault.
/// </para>
/// </remarks>
/// <example>
/// <para>Look at what there is.</para>
/// <code>
/// Get-QuantPSEnvironment
/// </code>
/// </example>
/// <example>
/// <para>Train only where that is possible.</para>
/// <code>
/// $torch = (Get-QuantPSEnvironment).Bridges | Where-Object Name -eq Torch
/// if ($torch.IsAvailable) { 'Training works here.' } else { $torch.Problem }
/// (Get-QuantPSEnvironment).Backend
/// </code>
/// </example>
/// <returns>One object with all that.</returns>
/// <seealso cref="InstallQuantPSBackendCommand"/>
/// <seealso cref="MeasureModelLatencyCommand"/>
[Cmdlet(VerbsCommon.Get, "QuantPSEnvironment")]
[OutputType(typeof(QuantEnvironment))]
public sealed class GetQuantPSEnvironmentCommand : QuantPSCmdlet
{
    /// <inheritdoc/>
    protected override void Process() => WriteObject(Run("Looking at the machine", _ => QuantEnvironment.Inspect()));
}
