using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Data;

namespace QuantPS.Completion;

/// <summary>Completes the variables that hold data sets, and paths, of folders with how many classes they have.</summary>
public sealed class DatasetCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.ForVariables(wordToComplete, SessionVariables.Of<ImageDataset>())
        .Concat(CompletionCompleters.CompleteFilename(wordToComplete)
            .Select(path => new CompletionResult(path.CompletionText, path.ListItemText, path.ResultType, Describe(path))));

    // The tooltip of a path is the full path.
    private static string Describe(CompletionResult path)
    {
        if (path.ResultType != CompletionResultType.ProviderContainer) return path.ToolTip;
        try
        {
            string[] classes = [.. Directory.EnumerateDirectories(path.ToolTip).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
            return classes.Length == 0 ? path.ToolTip : $"{path.ToolTip}: {classes.Length} folders ({string.Join(", ", classes.Take(5))}{(classes.Length > 5 ? ", ..." : "")})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path.ToolTip;
        }
    }
}
