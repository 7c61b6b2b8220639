using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Engine;

namespace QuantPS.Completion;

/// <summary>Completes the names of the modules of the model that <c>-Model</c> is bound to, or that a variable pipes in.</summary>
public sealed class ModuleNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.For(wordToComplete, ModelsIn(fakeBoundParameters["Model"] ?? PipedInto(commandAst))
            .SelectMany(model => model.Graph.Nodes)
            .Where(node => node.Module.Length > 0)
            .DistinctBy(node => node.Module)
            .Select(node => (node.Module, Describe(node))));

    private static object? PipedInto(CommandAst command)
    {
        if (command.Parent is not PipelineAst { PipelineElements: [CommandExpressionAst { Expression: VariableExpressionAst variable }, ..] }) return null;
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace)
            .AddScript("$ExecutionContext.SessionState.PSVariable.GetValue($args[0])").AddArgument(variable.VariablePath.UserPath);
        return shell.Invoke();
    }

    private static IEnumerable<QuantModel> ModelsIn(object? bound) => bound switch
    {
        PSObject wrapped => ModelsIn(wrapped.BaseObject),
        QuantModel model => [model],
        string => [],
        IEnumerable several => several.Cast<object?>().SelectMany(ModelsIn),
        _ => [],
    };

    private static string Describe(Node node) => $"{node.Operator} {node.Attributes}".TrimEnd();
}
