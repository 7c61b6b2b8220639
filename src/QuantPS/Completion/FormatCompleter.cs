using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Commands;

namespace QuantPS.Completion;

/// <summary>Completes the formats of model files.</summary>
public sealed class FormatCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.For(wordToComplete,
        [
            (ExportQuantModelCommand.Safetensors, ".safetensors: the state dict of a float model, as Transformers reads it"),
            (ExportQuantModelCommand.StateDict, ".pth, .pt: the state dict of a model, as torchvision reads it"),
            (ExportQuantModelCommand.TorchScript, ".torchscript, .ts: the network itself, as torch.jit.load runs it"),
        ]);
}
