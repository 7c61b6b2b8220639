using System.Reflection;
using System.Xml.Linq;

namespace QuantPS.Help;

/// <summary>A cmdlet as its class declares and documents it.</summary>
internal sealed class Command
{
    private const string Namespace = "System.Management.Automation.";
    private readonly XElement _documentation;

    public Command(Type type, Documentation documentation)
    {
        _documentation = documentation.Of(type);
        CustomAttributeData cmdlet = Attributes(type, "CmdletAttribute").Single();
        (Verb, Noun) = ((string)cmdlet.ConstructorArguments[0].Value!, (string)cmdlet.ConstructorArguments[1].Value!);
        SupportsShouldProcess = cmdlet.NamedArguments.Any(argument => argument is { MemberName: "SupportsShouldProcess", TypedValue.Value: true });
        object instance = Activator.CreateInstance(type)!;
        Parameters = [.. type.GetProperties()
            .Where(property => Attributes(property, "ParameterAttribute").Any())
            .Select(property => new Parameter(property, documentation, property.GetValue(instance)))];
        Sets = [.. Parameters.SelectMany(parameter => parameter.Uses.Select(use => use.Set)).Where(set => set != Parameter.AllSets).Distinct()];
        if (Sets.Count == 0) Sets = [Parameter.AllSets];
        OutputTypes = [.. Attributes(type, "OutputTypeAttribute").SelectMany(TypesIn).Select(Parameter.NameOf).Distinct()];
        if (Documentation.Paragraphs(_documentation.Element("summary")) is not [string synopsis])
            throw new InvalidDataException($"{Name} needs a summary of one paragraph.");
        Synopsis = synopsis;
    }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess { get; }

    public string Synopsis { get; }

    public IReadOnlyList<string> Description => Documentation.Paragraphs(_documentation.Element("remarks"));

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names of the parameter sets.</summary>
    public IReadOnlyList<string> Sets { get; }

    public IReadOnlyList<string> OutputTypes { get; }

    public string OutputDescription => string.Join(' ', Documentation.Paragraphs(_documentation.Element("returns")));

    public IEnumerable<Example> Examples => _documentation.Elements("example").Select(element => new Example(element));

    public IEnumerable<string> Related =>
        _documentation.Elements("seealso").Select(element => Documentation.Referred(element.Attribute("cref")!.Value));

    public static bool IsCommand(Type type) => !type.IsAbstract && Attributes(type, "CmdletAttribute").Any();

    /// <summary>The attributes of a name from the engine, read without making them.</summary>
    internal static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.FullName == Namespace + name);

    private static IEnumerable<Type> TypesIn(CustomAttributeData output) => output.ConstructorArguments
        .SelectMany(argument => argument.Value as IReadOnlyCollection<CustomAttributeTypedArgument> ?? [argument])
        .Select(argument => argument.Value).OfType<Type>();
}
