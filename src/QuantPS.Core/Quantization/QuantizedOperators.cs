using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Which operators of a QDQ graph are quantized, and what codes their results get.</summary>
internal static class QuantizedOperators
{
    /// <summary>The node that gives a value its codes, or null where it has none.</summary>
    public static Quantize? QuantizeOf(this Graph graph, string value) => graph.ConsumersOf(value).OfType<Quantize>().FirstOrDefault();

    /// <summary>The value in which an operator's codes appear: its own, or that of the ReLU which belongs to it; null where there are none.</summary>
    public static string? CodedResultOf(this Graph graph, Node node)
    {
        if (graph.QuantizeOf(node.Name) is not null) return node.Name;
        return graph.SoleConsumerOf(node.Name) is Relu relu && graph.QuantizeOf(relu.Name) is not null ? relu.Name : null;
    }

    /// <summary>Whether an operator takes and gives codes, with an int8 weight if it has one.</summary>
    public static bool IsQuantized(this Graph graph, Node node) =>
        graph.CodedResultOf(node) is not null
        && node.Inputs.Take(node.DataInputCount).All(input => graph.Find(input) is Dequantize)
        && (node is not (Conv2d or Linear) || graph.HasInt8Weight(node));

    /// <summary>
    /// Whether a value is what the QuantStub of a network takes: its input, or where that is transformed first, what comes of it.
    /// </summary>
    public static bool IsStubbed(this Graph graph, string value) =>
        graph.Find(value) is TransformInput transform
            ? graph.Inputs.Any(input => input.Name == transform.Inputs[0])
            : graph.Inputs.Any(input => input.Name == value) && graph.SoleConsumerOf(value) is not TransformInput;

    /// <summary>Whether an operator takes a float value in the codes of its own range.</summary>
    public static bool IsDynamic(this Graph graph, Node node) =>
        graph.Find(node.Inputs[0]) is Dequantize dequantize && graph.Find(dequantize.Inputs[0]) is DynamicQuantize;

    /// <summary>The constant behind an input of an operator: the input itself, or the codes that are dequantized for it.</summary>
    public static string ConstantBehind(this Graph graph, string input) => graph.Find(input) is Dequantize dequantize ? dequantize.Inputs[0] : input;

    private static bool HasInt8Weight(this Graph graph, Node node) =>
        graph.Constants[graph.ConstantBehind(node.Inputs[1])].Element == ElementType.QInt8;
}
