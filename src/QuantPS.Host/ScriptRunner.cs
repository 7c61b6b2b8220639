using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;

namespace QuantPS.Host;

/// <summary>Runs one script in an engine that has the module imported, and maps its end to an exit code.</summary>
internal sealed class ScriptRunner(ScriptHost host)
{
    // $? is false after a script that left by exit with a code other than 0, or that did not start at all: it does not parse, or
    // lacks a parameter. A terminating error leaves the pipeline as an exception. An exit here would take with it what the
    // formatting holds back for the next row of a table.
    private const string ExitCodeVariable = "QuantPSHostExitCode";
    private const string KeepExitCode = $"$global:{ExitCodeVariable} = $? ? 0 : ($LASTEXITCODE ?? 1)";

    private int? _signalled;

    public int Run(string script, string[] arguments)
    {
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        if (!File.Exists(script)) return Fail($"QuantPS.Host: there is no script '{script}'.");
        try
        {
            using Runspace runspace = OpenRunspace();
            return Run(runspace, Path.GetFullPath(script), arguments);
        }
        catch (Exception e) when (e is RuntimeException or IOException)
        {
            return Fail($"QuantPS.Host: {e.Message}");
        }
    }

    private Runspace OpenRunspace()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        state.Variables.Add(new SessionStateVariableEntry(
            "PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, "The host has the core cmdlets and the module."));
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([WildcardPattern.Escape(ModuleLocation.FindManifest())]);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return runspace;
    }

    private int Run(Runspace runspace, string script, string[] arguments)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript($"{CommandLine.ToCommand(script, arguments)}; {KeepExitCode}").AddCommand("Out-Default");
        shell.Commands.Commands[1].MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output;
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, ExitCode.Interrupted, shell);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, ExitCode.Terminated, shell);
        try
        {
            shell.Invoke();
            return _signalled ?? host.RequestedExitCode ?? (int)runspace.SessionStateProxy.GetVariable(ExitCodeVariable);
        }
        catch (PipelineStoppedException)
        {
            return _signalled ?? ExitCode.Failure;
        }
        catch (RuntimeException e)
        {
            Report(runspace, e.ErrorRecord);
            return ExitCode.Failure;
        }
        finally
        {
            host.UI.EndProgress();
        }
    }

    /// <summary>The first signal stops the pipeline and lets it clean up; a second one ends the process at once.</summary>
    private PosixSignalRegistration StopOn(PosixSignal signal, int exitCode, PowerShell shell) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            if (_signalled is not null) return;
            _signalled = exitCode;
            context.Cancel = true;
            shell.BeginStop(null, null);
        });

    private void Report(Runspace runspace, ErrorRecord error)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddCommand("Out-Default").AddParameter("InputObject", error);
        // Nothing tells the formatting that what it shows is no output.
        host.UI.WriteToError(() => shell.Invoke());
    }

    private int Fail(string message)
    {
        host.UI.WriteErrorLine(message);
        return ExitCode.Failure;
    }
}
