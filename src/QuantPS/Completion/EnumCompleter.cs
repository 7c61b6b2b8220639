using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using QuantPS.Commands;

namespace QuantPS.Completion;

/// <summary>Completes the values of an enumeration with what they mean; where the parameter takes some of them alone, these.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class EnumCompleter<T> : IArgumentCompleter where T : struct, Enum
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<string>? taken = Property(commandName, parameterName)?.GetCustomAttribute<OneOfAttribute>()?.Words;
        return Completions.For(wordToComplete, Enum.GetValues<T>()
            .Select(value => (Name: value.ToString(), ToolTip: ToolTips.Of(value)))
            .Where(value => taken?.Contains(value.Name) ?? true));
    }

    private static PropertyInfo? Property(string commandName, string parameterName) => typeof(ToolTips).Assembly.GetExportedTypes()
        .Where(type => type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet && commandName.EndsWith($"{cmdlet.VerbName}-{cmdlet.NounName}", StringComparison.OrdinalIgnoreCase))
        .Select(type => type.GetProperty(parameterName)).FirstOrDefault();
}
