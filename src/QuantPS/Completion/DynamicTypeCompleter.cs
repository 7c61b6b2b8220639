using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace QuantPS.Completion;

/// <summary>Completes the types of modules that can be quantized dynamically.</summary>
public sealed class DynamicTypeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.For(wordToComplete, [("Linear", "torch.nn.Linear")]);
}
