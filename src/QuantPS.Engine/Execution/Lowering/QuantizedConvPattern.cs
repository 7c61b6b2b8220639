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

    /// <summary>What a kernel needs to know.</summary>
    /// <param name="output">Where the codes go.</param>
    /// <param name="context">The graph.</param>
    /// <param name="name">The name of the kernel.</param>
    public QuantizedConvSpec Spec(Value output, LoweringContext context, string name) => new(
        Input, output, ConvGeometry.Of(Input.Shape, output.Shape, Conv.Window, Conv.Groups), ConvWeights.Centered(Weight), Input.Quantization!.ZeroPoint,
        Requantization.Of(context.Backend, Conv.Groups, Input.Quantization, Weight, context.Bias(Conv), Pattern.Quantize.Parameters, Pattern.Range),
        name, context.MaxBatch);
}
