using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace QuantPS.Tests.Commands;

/// <summary>A session of the real engine with the published module imported, shared by the tests of the cmdlets.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace = Open();
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _shapes;

    public ModuleSession() => _shapes = new(() =>
    {
        Assert.Empty(Run("New-SampleDataset -Path $args[0] -Train 40 -Test 20", _folder.At("shapes")).Errors);
        return _folder.At("shapes");
    });

    /// <summary>A drawn data set: 40 training and 20 test images.</summary>
    public string Shapes => _shapes.Value;

    /// <summary>What a script gave.</summary>
    public sealed record Result(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings)
    {
        public IEnumerable<string> ErrorIds => Errors.Select(error => error.FullyQualifiedErrorId);

        public ErrorRecord Error => Assert.Single(Errors);

        /// <summary>The one object that came out, as what it is; without any error.</summary>
        public T Single<T>()
        {
            Assert.Empty(Errors);
            return Assert.IsAssignableFrom<T>(Assert.Single(Output).BaseObject);
        }
    }

    public static Runspace Open(PSHost? host = null)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        // The core cmdlets and nothing else, even where the tests are started from pwsh.
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, ""));
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([WildcardPattern.Escape(Path.Combine(Repository.Root, "QuantPS.psd1"))]);
        Runspace runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
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
        return new Result(output, [.. shell.Streams.Error], [.. shell.Streams.Warning.Select(warning => warning.Message)]);
    }

    /// <summary>Runs a script with a folder as the current location.</summary>
    public Result RunIn(string folder, string script, params object[] arguments)
    {
        Run("$ExecutionContext.SessionState.Path.PushCurrentLocation(''); $ExecutionContext.SessionState.Path.SetLocation($args[0])", folder);
        try
        {
            return Run(script, arguments);
        }
        finally
        {
            Run("$ExecutionContext.SessionState.Path.PopLocation('')");
        }
    }

    /// <summary>A script of the session that has not started yet.</summary>
    public PowerShell Shell(string script, params object[] arguments)
    {
        PowerShell shell = PowerShell.Create(_runspace).AddScript(script, useLocalScope: true);
        foreach (object argument in arguments) shell.AddArgument(argument);
        return shell;
    }

    public void Dispose()
    {
        _runspace.Dispose();
        _folder.Dispose();
    }
}
