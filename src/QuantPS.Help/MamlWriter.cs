using System.Xml.Linq;

namespace QuantPS.Help;

/// <summary>Writes help in the format that Get-Help reads (MAML, as in MicrosoftDocs' description of XML-based help for cmdlets).</summary>
internal static class MamlWriter
{
    private static readonly XNamespace _maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace _command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace _dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace _items = "http://msh";

    public static XDocument Write(IEnumerable<Command> commands) => new(new XElement(_items + "helpItems",
        new XAttribute("schema", "maml"),
        new XAttribute(XNamespace.Xmlns + "maml", _maml),
        new XAttribute(XNamespace.Xmlns + "command", _command),
        new XAttribute(XNamespace.Xmlns + "dev", _dev),
        commands.OrderBy(command => command.Name, StringComparer.Ordinal).Select(Write)));

    private static XElement Write(Command command) => new(_command + "command",
        new XElement(_command + "details",
            new XElement(_command + "name", command.Name),
            new XElement(_command + "verb", command.Verb),
            new XElement(_command + "noun", command.Noun),
            Text([command.Synopsis])),
        Text(command.Description),
        new XElement(_command + "syntax", command.Sets.Select(set => Syntax(command, set))),
        new XElement(_command + "parameters", command.Parameters
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => Write(parameter, parameter.Uses[0], withValues: false))
            .Concat(ShouldProcess(command))),
        new XElement(_command + "inputTypes", command.Parameters
            .Where(parameter => parameter.Uses.Any(use => use.Pipeline.Contains("ByValue")))
            .Select(parameter => new XElement(_command + "inputType", Type(parameter.TypeName), Text(parameter.Description)))),
        new XElement(_command + "returnValues", command.OutputTypes
            .Select(type => new XElement(_command + "returnValue", Type(type), Text([command.OutputDescription])))),
        new XElement(_command + "examples", command.Examples.Select((example, index) => new XElement(_command + "example",
            new XElement(_maml + "title", $"-------- Example {index + 1}: {example.Title} --------"),
            new XElement(_dev + "code", example.Code),
            new XElement(_dev + "remarks", Paragraphs(example.Remarks))))),
        new XElement(_command + "relatedLinks", command.Related
            .Select(name => new XElement(_maml + "navigationLink", new XElement(_maml + "linkText", name), new XElement(_maml + "uri")))));

    private static XElement Syntax(Command command, string set) => new(_command + "syntaxItem",
        new XElement(_maml + "name", command.Name),
        command.Parameters
            .Select(parameter => (parameter, use: parameter.In(set)))
            .Where(pair => pair.use is not null)
            .OrderBy(pair => pair.use!.Position ?? int.MaxValue)
            .ThenByDescending(pair => pair.use!.Mandatory)
            .Select(pair => Write(pair.parameter, pair.use!, withValues: true))
            .Concat(ShouldProcess(command)));

    private static XElement Write(Parameter parameter, Parameter.Use use, bool withValues) => new(_command + "parameter",
        new XAttribute("required", Word(use.Mandatory)),
        new XAttribute("variableLength", Word(parameter.IsArray)),
        new XAttribute("globbing", Word(parameter.Globbing)),
        new XAttribute("pipelineInput", use.Pipeline),
        new XAttribute("position", use.Position?.ToString() ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(_maml + "name", parameter.Name),
        Text(parameter.Description),
        withValues && parameter.Values.Count > 0
            ? new XElement(_command + "parameterValueGroup", parameter.Values.Select(value =>
                new XElement(_command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value)))
            : null,
        parameter.IsSwitch
            ? null
            : new XElement(_command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", Word(parameter.IsArray)), parameter.TypeName),
        Type(parameter.TypeName),
        new XElement(_dev + "defaultValue", parameter.Default));

    // The engine adds these two; help has to name them itself.
    private static IEnumerable<XElement> ShouldProcess(Command command) => !command.SupportsShouldProcess ? [] :
    [
        Switch("WhatIf", "wi", "Says what the command would do, and does not do it."),
        Switch("Confirm", "cf", "Asks before the command does anything."),
    ];

    private static XElement Switch(string name, string alias, string description) => new(_command + "parameter",
        new XAttribute("required", "false"), new XAttribute("variableLength", "false"), new XAttribute("globbing", "false"),
        new XAttribute("pipelineInput", "False"), new XAttribute("position", "named"), new XAttribute("aliases", alias),
        new XElement(_maml + "name", name), Text([description]), Type("SwitchParameter"), new XElement(_dev + "defaultValue", "False"));

    private static XElement Type(string name) => new(_dev + "type", new XElement(_maml + "name", name), new XElement(_maml + "uri"));

    private static XElement Text(IEnumerable<string> paragraphs) => new(_maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(_maml + "para", paragraph));

    private static string Word(bool value) => value ? "true" : "false";
}
