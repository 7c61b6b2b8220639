using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace QuantPS.Host;

/// <summary>Turns the words of a command line into a PowerShell command, reading them as <c>pwsh -File</c> does.</summary>
internal static partial class CommandLine
{
    /// <summary>The command that runs a script with its arguments; nothing in them is evaluated.</summary>
    public static string ToCommand(string script, IEnumerable<string> arguments) =>
        string.Join(' ', ["&", Quote(script), .. arguments.Select(ToArgument)]);

    private static string ToArgument(string word)
    {
        Match parameter = ParameterPattern().Match(word);
        if (!parameter.Success) return Quote(word);
        string name = parameter.Groups["name"].Value;
        if (!parameter.Groups["value"].Success) return name;
        string value = parameter.Groups["value"].Value;
        return name + ":" + (value.ToLowerInvariant() is "$true" or "$false" ? value : Quote(value));
    }

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    [GeneratedRegex(@"\A(?<name>-[A-Za-z_]\w*)(:(?<value>.+))?\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ParameterPattern();
}
