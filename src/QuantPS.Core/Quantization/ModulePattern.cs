using System.Collections.Immutable;
using System.Text.RegularExpressions;
using QuantPS.Engine;

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

    /// <summary>Patterns of which each matches a module of a graph.</summary>
    /// <exception cref="QuantPSException"><c>ModuleNotFound</c>: one does not.</exception>
    public static ImmutableArray<ModulePattern> Of(IEnumerable<string> texts, Graph graph)
    {
        ImmutableArray<ModulePattern> patterns = [.. texts.Select(text => new ModulePattern(text))];
        foreach (ModulePattern pattern in patterns)
            if (!graph.Nodes.Any(node => pattern.Matches(node.Module)))
                throw new QuantPSException("ModuleNotFound",
                    $"No layer matches the module '{pattern.Text}'. The modules at the top are: {string.Join(", ", TopModules(graph))}.", pattern.Text);
        return patterns;
    }

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether a module path matches.</summary>
    public bool Matches(string module) => module.Length > 0 && _regex.IsMatch(module);

    private static IEnumerable<string> TopModules(Graph graph) =>
        graph.Nodes.Select(node => node.Module.Split('.')[0]).Where(module => module.Length > 0).Distinct();
}
