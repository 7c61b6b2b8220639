using System.Text.Json;
using System.Text.RegularExpressions;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>Reads the profile that a session of ONNX Runtime wrote.</summary>
internal static partial class OnnxProfile
{
    /// <summary>The nodes, in the order in which they first ran.</summary>
    /// <remarks>Nodes that optimisations made of ours keep the name of ours, with a mark that is left out.</remarks>
    public static IReadOnlyList<OnnxNodeTimes> Read(string file)
    {
        var nodes = new OrderedDictionary<string, OnnxNodeTimes>();
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (JsonElement entry in profile.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("cat").GetString() != "Node" || KernelTime.Match(entry.GetProperty("name").GetString()!) is not { Success: true } match) continue;
            JsonElement facts = entry.GetProperty("args");
            string index = facts.GetProperty("node_index").GetString()!;
            if (!nodes.ContainsKey(index)) nodes.Add(index, new OnnxNodeTimes(match.Groups["node"].Value, facts.GetProperty("op_name").GetString()!, []));
            nodes[index].Microseconds.Add(entry.GetProperty("dur").GetDouble());
        }
        return [.. nodes.Values];
    }

    [GeneratedRegex(@"^(?<node>.*?)(_token_\d+)?_kernel_time$")]
    private static partial Regex KernelTime { get; }
}
