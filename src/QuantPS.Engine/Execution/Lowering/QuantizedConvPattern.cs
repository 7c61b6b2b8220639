using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize -> conv2d with an int8 weight (-> ReLU) -> Quantize.</summary>
internal sealed record QuantizedConvPattern(QuantizedPattern Pattern, Conv2d Conv, Value Input, Tensor Weight)
{
    public ImmutableArray<Node> Nodes => Pattern.Nodes;

    /// <summary>The pattern that ends in a node, or null.</summary>
    public static QuantizedConvPattern? Match(Node node, LoweringContext context) =>
        QuantizedPattern.Match(node, context) is { Operator: Conv2d conv } pattern
        && context.Codes(conv.Inputs[0]) is { } input && context.Int8Weight(conv.Inputs[1]) is { } weight
            ? new(pattern, conv, input, weight) : null;

    /// <summary>Makes the kernel.</summary>
    /// <param name="kernels">The kernels to choose from.</param>
    /// <param name="output">Where the codes go.</param>
    /// <param name="context">The graph.</param>
    /// <param name="name">The name of the kernel.</param>
    /// <param name="add">A sum that is fused.</param>
    public Kernel Bind(KernelTable kernels, Value output, LoweringContext context, string name, QuantizedAddSpec? add = null)
    {
        using var weights = new CodeWeights(Weight);
        Requantization requantization = Requantization.Of(
            context.Backend, Conv.Groups, Input.Quantization!, Weight, context.Bias(Conv), Pattern.Quantize.Parameters, Pattern.Range);
        return kernels.QuantizedConv2d(new(Input, output, ConvGeometry.Of(Input.Shape, output.Shape, Conv.Window, Conv.Groups), weights,
            Input.Quantization!.ZeroPoint, requantization, name, context.MaxRows(Input)) { Add = add });
    }
}
