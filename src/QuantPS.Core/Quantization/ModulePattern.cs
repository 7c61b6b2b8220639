using System.Text.RegularExpressions;

namespace QuantPS.Quantization;

/// <summary>A PyTorch module path with the wildcards * and ?; it matches a module and all below it.</summary>
public sealed class ModulePattern
{
    private readonly Regex _regex;

    /// <summary>Makes a pattern.</summary>
    public ModulePattern(string text)
    {
        Text = text;
        string body = Regex.Escape(text).Replace(@"\*", ".*").Replace(@"\?", ".");
        _regex = new Regex($@"\A{body}(\..*)?\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether a module path matches.</summary>
    public bool Matches(string module) => module.Length > 0 && _regex.IsMatch(module);
}
