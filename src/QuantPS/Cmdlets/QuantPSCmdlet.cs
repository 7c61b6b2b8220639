using System.Collections.ObjectModel;
using System.Management.Automation;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>
/// The base of the module's cmdlets: errors become records in one place, long work runs beside the pipeline thread, and Ctrl+C cancels it.
/// </summary>
/// <remarks>An error in the preparation or at the end is terminating; one of an input is not, and the next input follows.</remarks>
public abstract class QuantPSCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Prepares what all inputs share.</summary>
    protected virtual void Begin() { }

    /// <summary>Does the work for one input.</summary>
    protected virtual void Process() { }

    /// <summary>What the failure of one input is: an error that does not keep the others, unless a cmdlet says otherwise.</summary>
    protected virtual void Report(ErrorRecord error) => WriteError(error);

    /// <summary>Finishes after the last input.</summary>
    protected virtual void End() { }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin, ThrowTerminatingError);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process, Report);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End, ThrowTerminatingError);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Runs long work on another thread. Meanwhile this one, which alone may write, writes what the work reports.</summary>
    /// <param name="activity">What is being done, for the progress.</param>
    /// <param name="work">The work; it heeds the report's cancellation.</param>
    protected TResult Run<TResult>(string activity, Func<WorkReport, TResult> work)
    {
        using var report = new WorkReport(this, activity, _stop.Token);
        return report.Run(work);
    }

    /// <summary>Does something for each of several inputs; the failure of one is an error that does not keep the others.</summary>
    protected void ForEach<T>(IEnumerable<T> inputs, Action<T> action)
    {
        foreach (T input in inputs) Guard(() => action(input), Report);
    }

    /// <summary>The full path that a path of the user means in the file system; nothing need be there.</summary>
    /// <remarks>Tab escapes the brackets in a path, which wildcards alone need: where there is nothing at it as it stands, it is taken without the escapes.</remarks>
    protected string FullPath(string path)
    {
        string full = Resolve(path);
        if (!path.Contains('`') || Path.Exists(full)) return full;
        string unescaped = Resolve(WildcardPattern.Unescape(path));
        return Path.Exists(unescaped) || !Path.Exists(Path.GetDirectoryName(full)) ? unescaped : full;
    }

    /// <summary>The full paths that a path of the user means: those that match its wildcards, else the path itself, there or not.</summary>
    protected IEnumerable<string> FilesAt(string path, bool literally)
    {
        if (literally) return [Resolve(path)];
        if (!WildcardPattern.ContainsWildcardCharacters(path)) return [Resolve(WildcardPattern.Unescape(path))];
        IReadOnlyCollection<string> matches = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
        if (provider.Name != "FileSystem") return [FullPath(path)];
        return matches.Count > 0 ? matches
            : throw new QuantPSException("PathNotFound", $"Nothing matches '{path}'. With -LiteralPath no character is a wildcard.", path);
    }

    /// <summary>Writes a file or folder to the pipeline as Get-Item does, with the properties that its view shows.</summary>
    /// <param name="path">Its full path.</param>
    protected void WriteItem(string path)
    {
        Collection<PSObject> items = InvokeProvider.Item.Get([$@"Microsoft.PowerShell.Core\FileSystem::{path}"], force: true, literalPath: true);
        // The view of files shows names as they are, and those that are not plain get another one.
        if (PlainText.Of(path) != path)
            foreach (PSObject item in items) item.TypeNames.Insert(0, "QuantPS.WrittenItem");
        WriteObject(items, enumerateCollection: true);
    }

    /// <summary>Writes lines to the host, as Write-Host does: they reach the log of a pipeline and leave the objects alone.</summary>
    protected void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines) WriteInformation(new HostInformationMessage { Message = line }, ["PSHOST"]);
    }

    /// <summary>Writes a warning; names in it cannot be commands to a pipeline that reads along.</summary>
    protected internal new void WriteWarning(string text) => base.WriteWarning(PlainText.Of(text));

    /// <summary>Writes to the verbose stream; names in it cannot be commands to a pipeline that reads along.</summary>
    protected internal new void WriteVerbose(string text) => base.WriteVerbose(PlainText.Of(text));

    /// <summary>The data set that a parameter means.</summary>
    protected ImageDataset Open(DatasetSource source) => source.Dataset ?? ImageDataset.Open(FullPath(source.Path!));

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing) => _stop.Dispose();

    private string Resolve(string path)
    {
        string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem"
            ? full
            : throw new QuantPSException("PathNotInFileSystem", $"'{path}' is not in the file system but in {provider.Name}.", path);
    }

    private void Guard(Action action, Action<ErrorRecord> report)
    {
        try
        {
            action();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (e is not (PipelineStoppedException or FlowControlException))
        {
            report(Errors.ToRecord(e));
        }
    }
}
