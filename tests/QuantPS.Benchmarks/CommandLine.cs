using System.Globalization;
using System.IO.Enumeration;

namespace QuantPS.Benchmarks;

/// <summary>The options of a benchmark: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">An option is not among those that there are, or something is no option.</exception>
    public CommandLine(string[] arguments, params string[] options)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!options.Contains(arguments[i]))
                throw new ArgumentException($"There is no option '{arguments[i]}'. There are: {string.Join(", ", options)}.");
            bool hasValue = i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[arguments[i]] = hasValue ? arguments[++i] : "";
        }
    }

    public bool Has(string option) => _values.ContainsKey(option);

    public string? Text(string option) => _values.GetValueOrDefault(option);

    public int Integer(string option, int otherwise) =>
        _values.TryGetValue(option, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A list of whole numbers, such as <c>1,2</c>.</summary>
    public int[] Integers(string option, params int[] otherwise) =>
        _values.TryGetValue(option, out string? text) ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : otherwise;

    /// <summary>The names that fit one of the patterns of an option, such as <c>resnet*,mobilenet_v2</c>; all where it is not given.</summary>
    /// <exception cref="ArgumentException">Nothing fits.</exception>
    public string[] Names(string option, IEnumerable<string> names)
    {
        if (!_values.TryGetValue(option, out string? text)) return [.. names];
        string[] patterns = text.Split(','), fitting = [.. names.Where(name => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)))];
        return fitting.Length > 0 ? fitting : throw new ArgumentException($"{option} {text} fits nothing. There are: {string.Join(", ", names)}.");
    }
}
