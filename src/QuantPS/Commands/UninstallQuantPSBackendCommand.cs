using System.Management.Automation;
using QuantPS.Bridges.Backend;

namespace QuantPS.Commands;

/// <summary>Removes the training backend that Install-QuantPSBackend installed.</summary>
/// <remarks>
/// <para>
/// Removes the files that were installed, what a download left that broke off, and folders that are empty then. Files that others put there
/// stay, with a warning. A session that trained uses the libraries until it ends, and Windows lets nobody remove them before.
/// </para>
/// <para>Errors: BackendNotInstalled, where there is nothing to remove; BackendUnwritable, where a file cannot be removed.</para>
/// </remarks>
/// <example>
/// <para>See what would be removed.</para>
/// <code>
/// Uninstall-QuantPSBackend -WhatIf
/// Uninstall-QuantPSBackend ./backend -WhatIf
/// (Get-QuantPSEnvironment).Backend.IsInstalled
/// </code>
/// </example>
/// <returns>Nothing.</returns>
/// <seealso cref="InstallQuantPSBackendCommand"/>
/// <seealso cref="GetQuantPSEnvironmentCommand"/>
[Cmdlet(VerbsLifecycle.Uninstall, "QuantPSBackend", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UninstallQuantPSBackendCommand : QuantPSCmdlet
{
    /// <summary>The folder that it was installed into; when not given, that of the environment variable QUANTPS_BACKEND, else the one among your data.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var store = new BackendStore(Path is null ? null : FullPath(Path));
        if (!ShouldProcess(store.Path, "Remove the training backend")) return;
        IReadOnlyList<string> rest = Run("Removing the training backend", report => store.UninstallAsync(report.Cancellation).GetAwaiter().GetResult());
        if (rest.Count > 0) WriteWarning($"'{store.Path}' stays, with what was not installed: {string.Join(", ", rest.Select(PlainText.Of))}.");
    }
}
