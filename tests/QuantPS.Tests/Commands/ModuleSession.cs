using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace QuantPS.Tests.Commands;

/// <summary>A session of the real engine with the published module imported, shared by the tests of the cmdlets.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace = Open();

    /// <summary>What a script gave on its streams.</summary>
    public sealed record Result(Collection<PSObject> Output, PSDataStreams Streams)
    {
        public IEnumerable<string> ErrorIds => Streams.Error.Select(error => error.FullyQualifiedErrorId);

        public ErrorRecord Error => Assert.Single(Streams.Error);

        /// <summary>The one object that came out, as what it is; without any error.</summary>
        public T Single<T>()
        {
            Assert.Empty(Streams.Error);
            return Assert.IsAssignableFrom<T>(Assert.Single(Output).BaseObject);
        }
    }

    public static Runspace Open()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([WildcardPattern.Escape(Path.Combine(Repository.Root, "QuantPS.psd1"))]);
        Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        return runspace;
    }

    /// <summary>Runs a script; a terminating error is among the errors.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">What it finds in <c>$args</c>.</param>
    public Result Run(string script, params object[] arguments)
    {
        using PowerShell shell = Shell(script, arguments);
        Collection<PSObject> output = [];
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException e)
        {
            shell.Streams.Error.Add(e.ErrorRecord);
        }
        return new Result(output, shell.Streams);
    }

    /// <summary>A script of the session that has not started yet.</summary>
    public PowerShell Shell(string script, params object[] arguments)
    {
        PowerShell shell = PowerShell.Create(_runspace).AddScript(script, useLocalScope: true);
        foreach (object argument in arguments) shell.AddArgument(argument);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}
