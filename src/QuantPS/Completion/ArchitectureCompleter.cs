using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Zoo;

namespace QuantPS.Completion;

/// <summary>Completes the names of the architectures.</summary>
public sealed class ArchitectureCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.For(wordToComplete, Architectures.Everything.Select(architecture =>
            (architecture.Name, $"{architecture.Family}: input {architecture.InputShape}, {architecture.ClassCount} classes")));
}
