using System.Collections;
using System.Reflection;

namespace QuantPS.Help;

/// <summary>A parameter of a cmdlet.</summary>
internal sealed class Parameter
{
    public const string AllSets = "__AllParameterSets";

    private readonly Type _type;

    public Parameter(PropertyInfo property, Documentation documentation, object? defaultValue)
    {
        Name = property.Name;
        Type type = property.PropertyType;
        _type = Nullable.GetUnderlyingType(type) ?? type;
        Description = Documentation.Paragraphs(documentation.Of(property).Element("summary"));
        Uses = [.. Command.Attributes(property, "ParameterAttribute").Select(attribute => new Use(attribute))];
        Aliases = [.. Command.Attributes(property, "AliasAttribute").SelectMany(Strings)];
        Globbing = Command.Attributes(property, "SupportsWildcardsAttribute").Any();
        Type element = _type.GetElementType() ?? _type;
        string[] words = [.. Command.Attributes(property, "ValidateSetAttribute").Concat(property.GetCustomAttributesData().Where(IsOneOf)).SelectMany(Strings)];
        Values = words.Length > 0 || !ValueType(element).IsEnum ? words : Enum.GetNames(ValueType(element));
        Default = IsSwitch ? "False" : Show(defaultValue);
    }

    public string Name { get; }

    public IReadOnlyList<string> Description { get; }

    public IReadOnlyList<Use> Uses { get; }

    public IReadOnlyList<string> Aliases { get; }

    public bool Globbing { get; }

    /// <summary>The values that can be given, where there is a list of them.</summary>
    public IReadOnlyList<string> Values { get; }

    public string Default { get; }

    public bool IsSwitch => _type.Name == "SwitchParameter";

    public bool IsArray => _type.IsArray;

    public string TypeName => NameOf(_type);

    /// <summary>The way in which it is used in a parameter set, or null where it is not in it.</summary>
    public Use? In(string set) => Uses.FirstOrDefault(use => use.Set == set || use.Set == AllSets);

    public static string NameOf(Type type) => ValueType(type).Name;

    // The module's own ways to say which values of an enumeration, or which words, a parameter takes.
    private static Type ValueType(Type type) => type.IsGenericType && type.Name == "Choice`1" ? type.GetGenericArguments()[0] : type;

    private static bool IsOneOf(CustomAttributeData attribute) => attribute.AttributeType.Name == "OneOfAttribute";

    private static string Show(object? value) => value switch
    {
        null or "" => "None",
        string text => text,
        ICollection { Count: 0 } => "None",
        IEnumerable several => string.Join(", ", several.Cast<object>().Select(Show)),
        _ => value.ToString()!,
    };

    private static IEnumerable<string> Strings(CustomAttributeData attribute) => attribute.ConstructorArguments
        .SelectMany(argument => argument.Value as IReadOnlyCollection<CustomAttributeTypedArgument> ?? [argument])
        .Select(argument => argument.Value).OfType<string>();

    /// <summary>How a parameter is used in one parameter set.</summary>
    internal sealed class Use(CustomAttributeData attribute)
    {
        public string Set => Value<string>("ParameterSetName") ?? AllSets;

        public bool Mandatory => Value<bool>("Mandatory");

        public int? Position => attribute.NamedArguments.Any(argument => argument.MemberName == "Position") ? Value<int>("Position") : null;

        public string Pipeline => (Value<bool>("ValueFromPipeline"), Value<bool>("ValueFromPipelineByPropertyName")) switch
        {
            (true, true) => "True (ByPropertyName, ByValue)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

        private T? Value<T>(string name) =>
            attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value is T value ? value : default;
    }
}
