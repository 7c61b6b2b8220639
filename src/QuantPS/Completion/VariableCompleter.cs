using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace QuantPS.Completion;

/// <summary>Completes the variables that hold objects of a type, with what they are.</summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class VariableCompleter<T> : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.ForVariables(wordToComplete, SessionVariables.Of<T>());
}
