using YamlDotNet.RepresentationModel;

namespace QuantPS.Tests.Examples;

/// <summary>The steps template for Azure Pipelines, read as the agent reads it: parameters filled in, values as text.</summary>
internal sealed class PipelineTemplate
{
    private readonly YamlMappingNode _root;

    public PipelineTemplate()
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(Path.Combine(Repository.Module, "Examples", "azure-pipelines.steps.yml"));
        stream.Load(reader);
        _root = (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>The parameters, with their default where they have one.</summary>
    public IReadOnlyDictionary<string, string?> Parameters => Children(_root, "parameters")
        .ToDictionary(parameter => Text(parameter, "name")!, parameter => Text(parameter, "default"));

    /// <summary>What the steps do: the first key of each.</summary>
    public IReadOnlyList<string> Steps => [.. Children(_root, "steps").Select(step => ((YamlScalarNode)step.Children[0].Key).Value!)];

    /// <summary>The script of the step that quantizes.</summary>
    public string Script => Text(Quantizing, "pwsh")!;

    /// <summary>The artifact's path, not filled in.</summary>
    public string Published => Text(Children(_root, "steps").Single(step => Text(step, "publish") is not null), "publish")!;

    private YamlMappingNode Quantizing => Children(_root, "steps").Single(step => Text(step, "pwsh") is not null);

    /// <summary>The environment of the script.</summary>
    /// <param name="arguments">The arguments of the template; defaults serve for the rest.</param>
    public IReadOnlyDictionary<string, string> Environment(IReadOnlyDictionary<string, string> arguments) =>
        ((YamlMappingNode)Quantizing["env"]).Children.ToDictionary(
            entry => ((YamlScalarNode)entry.Key).Value!,
            entry => Fill(((YamlScalarNode)entry.Value).Value!, arguments));

    private string Fill(string value, IReadOnlyDictionary<string, string> arguments)
    {
        foreach ((string name, string? initial) in Parameters)
            value = value.Replace($"${{{{ parameters.{name} }}}}", arguments.GetValueOrDefault(name, initial ?? ""), StringComparison.Ordinal);
        return value;
    }

    private static IEnumerable<YamlMappingNode> Children(YamlMappingNode node, string key) => ((YamlSequenceNode)node[key]).OfType<YamlMappingNode>();

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;
}
