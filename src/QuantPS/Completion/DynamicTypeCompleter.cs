using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Quantization;

namespace QuantPS.Completion;

/// <summary>Completes the types of modules that can be quantized dynamically.</summary>
public sealed class DynamicTypeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.For(wordToComplete, DynamicModules.Matrices.Concat(DynamicModules.Tables).Select(type => (type, $"torch.nn.{type}")));
}
