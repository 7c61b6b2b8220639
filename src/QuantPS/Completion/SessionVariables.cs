using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Completion;

/// <summary>What the variables of the session hold, for the completers.</summary>
internal static class SessionVariables
{
    private static readonly string[] s_automatic = ["_", "PSItem", "args", "input", "this"];

    /// <summary>The value of a variable; null where it is not known.</summary>
    public static object? ValueOf(VariableExpressionAst variable) =>
        Invoke("$ExecutionContext.SessionState.PSVariable.GetValue($args[0])", variable.VariablePath.UserPath);

    /// <summary>The variables that hold objects of a type, one or several and nothing else: with their dollar, and what they are.</summary>
    public static IEnumerable<(string Name, string ToolTip)> Of<T>() =>
        from variable in Invoke("$ExecutionContext.SessionState.InvokeProvider.ChildItem.Get('Variable:', $false)").Select(item => item.BaseObject).OfType<PSVariable>()
        where variable.Name.All(c => char.IsLetterOrDigit(c) || c == '_') && !s_automatic.Contains(variable.Name)
        let values = Objects(variable.Value).ToArray()
        where values.Length > 0 && values.All(value => value is T)
        select ($"${variable.Name}", string.Join(Environment.NewLine, values.Select(Describe)));

    /// <summary>The objects in a value: it alone, or those of a collection.</summary>
    public static IEnumerable<object> Objects(object? value) => value switch
    {
        null => [],
        PSObject wrapped => Objects(wrapped.BaseObject),
        object[] or ArrayList or ICollection<PSObject> => ((IEnumerable)value).Cast<object?>().SelectMany(Objects),
        _ => [value],
    };

    private static string Describe(object value) => value switch
    {
        QuantModel model => $"{model.Name}: {model.Precision}, {model.ParameterCount:N0} parameters",
        ModelComparison comparison => $"a comparison of {comparison.Name} with {comparison.Reference?.Name ?? "nothing"}",
        ImageDataset data => $"{data.Name}: {data.Count:N0} images of {data.Classes.Length} classes",
        _ => value.ToString()!,
    };

    private static ICollection<PSObject> Invoke(string script, params object[] arguments)
    {
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace).AddScript(script);
        foreach (object argument in arguments) shell.AddArgument(argument);
        return shell.Invoke();
    }
}
