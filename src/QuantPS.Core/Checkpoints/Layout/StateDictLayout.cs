using QuantPS.Engine;

namespace QuantPS.Checkpoints.Layout;

/// <summary>
/// Models as PyTorch's <c>state_dict()</c> gives them: float, dynamic int8 and static int8, fused or not; with the <c>_metadata</c> of the
/// whole module tree, so that the same network in PyTorch loads them.
/// </summary>
public static class StateDictLayout
{
    /// <summary>The state dict of a graph. It shares the graph's tensors.</summary>
    /// <exception cref="QuantPSException">
    /// <c>StateDictUnsupported</c>: the graph has dynamic recurrent modules, whose parameters a state dict holds as objects of libtorch.
    /// </exception>
    public static StateDict ToStateDict(Graph graph)
    {
        if (ModuleLayouts.Of(graph).FirstOrDefault(module => module.Entries.Any(entry => entry is CellParamsEntry or PackedMatrixEntry)) is { } module)
            throw new QuantPSException("StateDictUnsupported",
                $"'{module.Path}' is a dynamic recurrent module, and PyTorch's state dict holds it as an object of libtorch, which only Python can load. " +
                "Write a TorchScript archive (-Format TorchScript) for libtorch, or the float model, and quantize it after loading.", module.Path);
        return Make(graph);
    }

    private static StateDict Make(Graph graph)
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
    /// The length in bytes of the state dict file of a graph, as PyTorch writes it. The name of the archive's root folder is part of it, which PyTorch takes from
    /// the file's name; it is counted as <c>tmp</c> here.
    /// </summary>
    public static long Measure(Graph graph) => StateDictWriter.Measure(Make(graph), "tmp");
}
