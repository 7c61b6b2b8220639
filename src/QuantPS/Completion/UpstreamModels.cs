using System.Management.Automation.Language;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Completion;

/// <summary>Finds out what models come down a pipeline that is not run yet.</summary>
internal static class UpstreamModels
{
    /// <summary>The graphs of the models that would reach a command, as far as that is known; their weights may be missing.</summary>
    public static IEnumerable<Graph> GraphsFor(CommandAst command) =>
        command.Parent is PipelineAst pipeline && pipeline.PipelineElements[0] != command ? GraphsOf(pipeline.PipelineElements[0]) : [];

    private static IEnumerable<Graph> GraphsOf(CommandBaseAst first) => first switch
    {
        CommandExpressionAst { Expression: VariableExpressionAst variable } => ModuleNameCompleter.GraphsIn(SessionVariables.ValueOf(variable)),
        CommandExpressionAst { Expression: ArrayLiteralAst several } => several.Elements.OfType<VariableExpressionAst>()
            .SelectMany(variable => ModuleNameCompleter.GraphsIn(SessionVariables.ValueOf(variable))),
        // Whatever else the command says, a word in it that names a network means it.
        CommandAst maker => maker.CommandElements.OfType<StringConstantExpressionAst>()
            .Select(word => Architectures.Everything.FirstOrDefault(architecture => architecture.Name.Equals(word.Value, StringComparison.OrdinalIgnoreCase)))
            .OfType<Architecture>().Take(1).Select(Outline),
        _ => [],
    };

    // Weights would take their time, and names need none.
    private static Graph Outline(Architecture architecture) =>
        architecture.Build((_, shape, _) => Tensor.Zeros(ElementType.Float32, shape), architecture.ClassCount);
}
