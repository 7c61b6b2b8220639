using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Checkpoints.Layout;

/// <summary>
/// What a network in quantization-aware training puts into a state dict: float parameters, and what its fake quantizers saw
/// (torch/ao/nn/intrinsic/qat/modules/conv_fused.py, torch/ao/quantization/fake_quantize.py and observer.py).
/// </summary>
internal static class TrainingLayout
{
    private const string Activation = ".activation_post_process", WeightQuantizer = ".weight_fake_quant", Switch = ".fake_quant_enabled";

    /// <summary>Whether a state dict is of such a network.</summary>
    public static bool Fits(StateDict state) => state.Keys.Any(key => key.EndsWith(Switch, StringComparison.Ordinal));

    /// <summary>Whether a state dict is of a network whose batch normalizations are part of its convolutions and linear layers.</summary>
    public static bool IsFused(Graph graph, StateDict state) =>
        graph.Nodes.Any(node => node is Conv2d or Linear && state.ContainsKey($"{node.Module}.bn.running_mean"));

    /// <summary>The path of the fake quantizer of a weight.</summary>
    /// <param name="module">The module of the weight.</param>
    public static string OfWeight(string module) => module + WeightQuantizer;

    /// <summary>The path of the fake quantizer of a value: that of the module which computes it, with what is fused to it.</summary>
    public static string OfValue(Graph graph, string value, bool isFused)
    {
        if (graph.IsStubbed(value)) return $"quant{Activation}";
        Node? start = isFused ? graph.Nodes.FirstOrDefault(other => graph.EndOfChain(other).Name == value) : null;
        return (start ?? graph.Find(value)!).Module + Activation;
    }

    /// <summary>The entries of a network.</summary>
    /// <param name="graph">The float network, its normalizations not folded.</param>
    /// <param name="plan">What of it is quantized.</param>
    /// <param name="isFused">Whether normalizations are part of the layers before them.</param>
    public static IEnumerable<StateEntry> Of(Graph graph, QuantizationPlan plan, bool isFused)
    {
        foreach (Node node in graph.Nodes)
        {
            bool isFolded = node is BatchNorm norm && isFused && graph.FoldsInto(norm) is not null;
            string owner = isFolded ? $"{graph.Find(node.Inputs[0])!.Module}.bn" : node.Module;
            foreach (string parameter in node.Inputs.Skip(node.DataInputCount))
                yield return new ConstantEntry($"{owner}{parameter[node.Module.Length..]}", parameter);
            if (node is BatchNorm)
                yield return new ConstantEntry($"{owner}.num_batches_tracked", $"{node.Module}.num_batches_tracked");
            if (node is Conv2d or Linear)
                foreach (StateEntry entry in Quantizer(OfWeight(node.Module), graph.Constants[node.Inputs[1]].Shape[0], isUsed: true))
                    yield return entry;
        }
        foreach (string value in plan.Fixed.Keys)
            foreach (StateEntry entry in FixedQuantizer(OfValue(graph, value, isFused)))
                yield return entry;
        HashSet<string> used = [.. plan.Observed.Select(value => OfValue(graph, value, isFused))];
        foreach (string path in used.Union(graph.Modules.Where(path => path.EndsWith(Activation, StringComparison.Ordinal))))
            foreach (StateEntry entry in Quantizer(path, 1, used.Contains(path)))
                yield return entry;
    }

    // The first version of torchvision's squeeze-excitation has none of these, and PyTorch's observers without a range have the last two since
    // 1.10; as the operator decides its scale alone, they are never needed (torchvision/models/quantization/mobilenetv3.py).
    private static IEnumerable<StateEntry> FixedQuantizer(string path) =>
        from leaf in (string[])["fake_quant_enabled", "observer_enabled", "scale", "zero_point", "activation_post_process.scale", "activation_post_process.zero_point"]
        select new FakeQuantEntry($"{path}.{leaf}", FakeQuantNumber.Setting, Channels: 1, IsUsed: true, IsOptional: true);

    private static IEnumerable<StateEntry> Quantizer(string path, int channels, bool isUsed)
    {
        FakeQuantEntry Entry(string leaf, FakeQuantNumber kind, bool isOptional = false) => new($"{path}.{leaf}", kind, channels, isUsed, isOptional);
        yield return Entry("fake_quant_enabled", FakeQuantNumber.Setting);
        yield return Entry("observer_enabled", FakeQuantNumber.Setting);
        yield return Entry("scale", FakeQuantNumber.Scale);
        yield return Entry("zero_point", FakeQuantNumber.Setting);
        // Observers keep it since version 2.
        yield return Entry("activation_post_process.eps", FakeQuantNumber.Setting, isOptional: true);
        yield return Entry("activation_post_process.min_val", FakeQuantNumber.Bound);
        yield return Entry("activation_post_process.max_val", FakeQuantNumber.Bound);
    }
}
