using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace QuantPS.Tests.Pipelines;

/// <summary>One of the ways into the pipeline script: the steps template, the action or the task, read as their runners read them.</summary>
internal sealed record PipelineShell(string Name, string Script, IReadOnlyDictionary<string, string> Defaults, IReadOnlyDictionary<string, string> Environment)
{
    public static string Root { get; } = Path.Combine(Repository.Root, "src", "QuantPS.Pipelines");

    public static PipelineShell Template { get; } = FromTemplate();

    public static PipelineShell Action { get; } = FromAction();

    public static PipelineShell Task { get; } = FromTask();

    /// <summary>The environment of the script for some inputs.</summary>
    public Dictionary<string, string> EnvironmentFor(IReadOnlyDictionary<string, string> inputs)
    {
        Dictionary<string, string> filled = [];
        foreach ((string variable, string input) in Environment)
            filled[variable] = inputs.GetValueOrDefault(input, Defaults[input]);
        return filled;
    }

    public static YamlMappingNode Load(params string[] path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(Path.Combine([Root, .. path]));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    public static string? Text(YamlNode node, string key) => ((YamlMappingNode)node).Children.TryGetValue(key, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;

    private static PipelineShell FromTemplate()
    {
        YamlMappingNode root = Load("azure", "steps.yml");
        YamlNode step = ((YamlSequenceNode)root["steps"]).First();
        return new("template", Text(step, "pwsh")!,
            ((YamlSequenceNode)root["parameters"]).ToDictionary(parameter => Text(parameter, "name")!, parameter => Text(parameter, "default") ?? ""),
            Inputs(step, "parameters"));
    }

    private static PipelineShell FromAction()
    {
        YamlMappingNode root = Load("github", "action.yml");
        YamlNode step = ((YamlSequenceNode)root["runs"]["steps"]).Single();
        return new("action", Text(step, "run")!,
            ((YamlMappingNode)root["inputs"]).ToDictionary(input => ((YamlScalarNode)input.Key).Value!, input => Text(input.Value, "default") ?? ""),
            Inputs(step, "inputs"));
    }

    private static PipelineShell FromTask()
    {
        string folder = Path.Combine(Root, "azure", "task");
        using JsonDocument task = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "task.json")));
        var defaults = task.RootElement.GetProperty("inputs").EnumerateArray()
            .ToDictionary(input => input.GetProperty("name").GetString()!, input => input.GetProperty("defaultValue").GetString()!);
        string script = File.ReadAllText(Path.Combine(folder, "start.ps1"));
        return new("task", script[(script.IndexOf('\n') + 1)..], defaults, defaults.Keys.ToDictionary(name => $"QUANTPS_INPUT_{name.ToUpperInvariant()}"));
    }

    /// <summary>The input that each variable of a step stands for: each is one expression of the runner and nothing else.</summary>
    private static Dictionary<string, string> Inputs(YamlNode step, string context) => ((YamlMappingNode)step["env"]).ToDictionary(
        variable => ((YamlScalarNode)variable.Key).Value!,
        variable =>
        {
            string value = ((YamlScalarNode)variable.Value).Value!, start = $"${{{{ {context}.";
            Assert.StartsWith(start, value);
            Assert.EndsWith(" }}", value);
            return value[start.Length..^3];
        });
}
