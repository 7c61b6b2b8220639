using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace QuantPS.Help;

/// <summary>The XML documentation that the compiler wrote, as plain text.</summary>
internal sealed partial class Documentation(XDocument document)
{
    private readonly Dictionary<string, XElement> _members =
        document.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public XElement Of(Type type) => Find($"T:{type.FullName}");

    public XElement Of(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The paragraphs of an element; one where it has no <c>para</c> of its own.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element) => element switch
    {
        null => [],
        _ when element.Elements("para").Any() => [.. element.Elements("para").Select(Text)],
        _ => Text(element) is { Length: > 0 } text ? [text] : [],
    };

    /// <summary>The lines of a <c>code</c> element without the indentation that they share.</summary>
    public static string Code(XElement element)
    {
        string[] lines = [.. element.Value.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())];
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    /// <summary>The name of the cmdlet that a <c>cref</c> to a class means, or the short name of anything else.</summary>
    public static string Referred(string cref)
    {
        string name = cref[(cref.LastIndexOfAny(['.', ':']) + 1)..];
        return CommandClass().Match(name) is { Success: true } match ? $"{match.Groups["verb"]}-{match.Groups["noun"]}" : name;
    }

    private static string Text(XElement element) =>
        Blanks().Replace(string.Concat(element.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } cref => Referred(cref.Value),
            XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => word.Value,
            XElement inner => Text(inner),
            _ => "",
        })), " ").Trim();

    private XElement Find(string key) =>
        _members.GetValueOrDefault(key) ?? throw new InvalidDataException($"There is no documentation for {key}.");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\A(?<verb>[A-Z][a-z]+)(?<noun>[A-Z]\w+)Command\z")]
    private static partial Regex CommandClass();
}
