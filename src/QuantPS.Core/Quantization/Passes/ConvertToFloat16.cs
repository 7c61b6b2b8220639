using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Rounds the weights of linear layers and recurrent modules to 16 bits; what is beyond their range becomes its end. They are computed with in
/// float32, as in PyTorch's dynamic modules of that type (aten/src/ATen/native/quantized/cpu/qlinear_prepack.cpp).
/// </summary>
public static class ConvertToFloat16
{
    /// <summary>The graph with the chosen modules in 16 bits.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="modules">Nodes of linear layers and recurrent modules.</param>
    public static Graph Apply(Graph graph, IEnumerable<Node> modules)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (string weight in modules.SelectMany(node => node is Recurrent recurrent ? QuantizeRecurrent.WeightsOf(recurrent) : [node.Inputs[1]]).Distinct())
            constants[weight] = Round(constants[weight]);
        return graph.With(constants: constants);
    }

    private static Tensor Round(Tensor weight)
    {
        if (weight.IsUnread) return Tensor.Zeros(ElementType.Float16, weight.Shape);
        ReadOnlySpan<float> values = weight.As<float>();
        var bytes = new byte[values.Length * 2];
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
        for (int i = 0; i < halves.Length; i++) halves[i] = (Half)Math.Clamp(values[i], (float)Half.MinValue, (float)Half.MaxValue);
        return new Tensor(ElementType.Float16, weight.Shape, bytes);
    }
}
