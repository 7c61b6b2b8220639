using QuantPS.Engine;

namespace QuantPS.Checkpoints.Layout;

/// <summary>
/// Models as PyTorch's <c>state_dict()</c> gives them: float, dynamic int8 and static int8, fused or not; with the <c>_metadata</c> of the
/// whole module tree, so that the same network in PyTorch loads them.
/// </summary>
public static class StateDictLayout
{
    /// <summary>The state dict of a graph. It shares the graph's tensors.</summary>
    public static StateDict ToStateDict(Graph graph)
    {
        var state = new StateDict();
        foreach (ModuleLayout module in ModuleLayouts.Of(graph))
        {
            state.Metadata.Add(module.Path, module.Version);
            foreach (LayoutEntry entry in module.Entries) state.Add(entry.Key, entry.ValueIn(graph));
        }
        return state;
    }

    /// <summary>
    /// The length in bytes of the state dict file of a graph. The name of the archive's root folder is part of it, which PyTorch takes from
    /// the file's name; it is counted as <c>tmp</c> here.
    /// </summary>
    public static long Measure(Graph graph) => StateDictWriter.Measure(ToStateDict(graph), "tmp");
}
