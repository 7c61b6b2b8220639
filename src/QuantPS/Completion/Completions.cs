using System.Management.Automation;
using System.Management.Automation.Language;

namespace QuantPS.Completion;

/// <summary>What the completers share: matching what is typed, and quoting where a word needs it.</summary>
internal static class Completions
{
    /// <summary>The candidates that start with what is typed, or match it where it has wildcards.</summary>
    /// <param name="typed">What is typed so far, maybe with an opening quote.</param>
    /// <param name="candidates">The candidates, each with its tooltip.</param>
    public static IEnumerable<CompletionResult> For(string typed, IEnumerable<(string Name, string ToolTip)> candidates)
    {
        string word = typed.Trim('\'', '"');
        var pattern = new WildcardPattern(word + "*", WildcardOptions.IgnoreCase);
        foreach ((string name, string toolTip) in candidates)
            if (pattern.IsMatch(name))
                yield return new CompletionResult(Quote(name, typed), name, CompletionResultType.ParameterValue, toolTip);
    }

    /// <summary>The variables that start with what is typed, with or without their dollar.</summary>
    public static IEnumerable<CompletionResult> ForVariables(string typed, IEnumerable<(string Name, string ToolTip)> candidates) =>
        from candidate in candidates
        where candidate.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || candidate.Name[1..].StartsWith(typed, StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(candidate.Name, candidate.Name, CompletionResultType.Variable, candidate.ToolTip);

    private static string Quote(string name, string typed) =>
        typed.StartsWith('"') ? $"\"{name}\""
        : typed.StartsWith('\'') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'"
        : name;
}
