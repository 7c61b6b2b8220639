using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The auxiliary heads in the published files of Inception v3 and GoogLeNet: torchvision drops them once they are loaded.</summary>
internal static class AuxiliaryHeads
{
    private static readonly string[] s_codes = ["scale", "zero_point"];
    private static readonly string[] s_layer = ["weight", "bias", .. s_codes];
    private static readonly string[] s_linear =
        [.. s_layer, "_packed_params.dtype", "_packed_params._packed_params", "_packed_params.weight", "_packed_params.bias"];
    private static readonly string[] s_normalization = [.. s_layer, "running_mean", "running_var", "num_batches_tracked"];

    /// <summary>
    /// The state dict without what the layers of the heads hold, in float or quantized, fused or not; as it is where the architecture has no
    /// heads, or is to be built with them. Other entries beneath a head's path stay, and are unexpected.
    /// </summary>
    public static StateDict Drop(Architecture architecture, StateDict state)
    {
        if (architecture.Options.AuxiliaryHeads || !state.Keys.Any(key => IsWithin(architecture, key))) return state;
        Graph graph = (architecture with { Options = architecture.Options with { AuxiliaryHeads = true } })
            .Build((_, shape, _) => Tensor.Zeros(ElementType.Float32, shape), architecture.ClassCount);
        HashSet<string> keys =
        [
            .. from node in graph.Nodes
               where IsWithin(architecture, node.Module)
               from leaf in LeavesOf(node)
               select $"{node.Module}.{leaf}",
        ];
        var kept = new StateDict();
        foreach ((string path, long? version) in state.Metadata) kept.Metadata[path] = version;
        foreach ((string key, object? value) in state)
            if (!keys.Contains(key)) kept.Add(key, value);
        return kept;
    }

    private static bool IsWithin(Architecture architecture, string path) =>
        architecture.AuxiliaryHeadPaths.Any(head => path.StartsWith($"{head}.", StringComparison.Ordinal));

    private static string[] LeavesOf(Node node) => node switch
    {
        Conv2d => s_layer,
        Linear => s_linear,
        BatchNorm2d => s_normalization,
        _ => [],
    };
}
