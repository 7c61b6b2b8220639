using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Completion;

/// <summary>
/// Completes the names of the modules of the model that <c>-Model</c> is bound to, or that comes down the pipeline from a variable or from a
/// command that names its network; those that hold other modules, too.
/// </summary>
public sealed class ModuleNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        Graph[] graphs = [.. fakeBoundParameters["Model"] is { } bound ? GraphsIn(bound) : UpstreamModels.GraphsFor(commandAst)];
        ILookup<string, Node> modules = graphs.SelectMany(graph => graph.Nodes).SelectMany(node => Paths(node.Module).Select(path => (path, node)))
            .ToLookup(pair => pair.path, pair => pair.node);
        return Completions.For(wordToComplete, modules.Select(module => (module.Key, Describe(module))));
    }

    internal static IEnumerable<Graph> GraphsIn(object? value) => SessionVariables.Objects(value).OfType<QuantModel>().Select(model => model.Graph);

    // A module and those that hold it, the outermost first.
    private static IEnumerable<string> Paths(string module)
    {
        for (int dot = module.IndexOf('.'); dot >= 0; dot = module.IndexOf('.', dot + 1)) yield return module[..dot];
        if (module.Length > 0) yield return module;
    }

    private static string Describe(IGrouping<string, Node> module)
    {
        Node[] own = [.. module.Where(node => node.Module == module.Key)];
        return own.Length > 0 ? $"{DynamicModules.TypeOf(own[0])} {own[0].Attributes}".TrimEnd()
            : $"all of it: {string.Join(", ", module.Select(node => node.Module).Distinct().Take(4))}{(module.DistinctBy(node => node.Module).Count() > 4 ? ", ..." : "")}";
    }
}
