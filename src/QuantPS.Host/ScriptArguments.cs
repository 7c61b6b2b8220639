using System.Management.Automation.Runspaces;

namespace QuantPS.Host;

/// <summary>Turns the words of a command line into a script's arguments as <c>pwsh -File</c> does.</summary>
internal static class ScriptArguments
{
    public static IEnumerable<CommandParameter> Parse(IEnumerable<string> words)
    {
        foreach (string word in words)
        {
            if (word is not ['-', var first, ..] || !(char.IsAsciiLetter(first) || first == '_'))
            {
                yield return new CommandParameter(null, word);
                continue;
            }
            int colon = word.IndexOf(':');
            yield return colon < 0 || colon == word.Length - 1
                ? new CommandParameter(word)
                : new CommandParameter(word[..(colon + 1)], ValueOf(word[(colon + 1)..]));
        }
    }

    private static object ValueOf(string text) => text.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => text,
    };
}
