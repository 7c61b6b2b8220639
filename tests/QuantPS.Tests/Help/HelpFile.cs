using System.Xml.Linq;

namespace QuantPS.Tests.Help;

/// <summary>The help that was written for Get-Help, read on its own.</summary>
internal static class HelpFile
{
    private static readonly XNamespace _maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace _command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace _dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    internal sealed record Parameter(string Name, string Description, bool Required, string Position, string Pipeline);

    internal sealed record Command(
        string Name, IReadOnlyList<Parameter> Parameters, IReadOnlyList<IReadOnlyList<Parameter>> ParameterSets,
        IReadOnlyList<string> Examples, IReadOnlyList<string> Related);

    public static IReadOnlyList<Command> Commands { get; } =
        [.. XDocument.Load(Path.Combine(Repository.Module, "en-US", "QuantPS.dll-Help.xml")).Root!.Elements(_command + "command").Select(Read)];

    private static Command Read(XElement command) => new(
        command.Element(_command + "details")!.Element(_command + "name")!.Value,
        [.. command.Element(_command + "parameters")!.Elements(_command + "parameter").Select(ReadParameter)],
        [.. command.Element(_command + "syntax")!.Elements(_command + "syntaxItem")
            .Select(item => (IReadOnlyList<Parameter>)[.. item.Elements(_command + "parameter").Select(ReadParameter)])],
        [.. command.Descendants(_dev + "code").Select(code => code.Value)],
        [.. command.Descendants(_maml + "linkText").Select(link => link.Value)]);

    private static Parameter ReadParameter(XElement parameter) => new(
        parameter.Element(_maml + "name")!.Value,
        string.Join(' ', parameter.Element(_maml + "description")!.Elements(_maml + "para").Select(paragraph => paragraph.Value)),
        (bool)parameter.Attribute("required")!, parameter.Attribute("position")!.Value, parameter.Attribute("pipelineInput")!.Value);
}
