namespace QuantPS.Engine.Execution.Lowering;

/// <summary>
/// The transformation of the graph's input, quantized or not: done as the caller's memory is read. Of anything else: in float.
/// </summary>
internal sealed class TransformInputRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        Node? inner = node is Quantize ? context.Producer(node.Inputs[0]) : node;
        if (inner is not TransformInput transform) return null;
        Value output = context.Value(node.Name);
        if (context.TakeInput(transform.Inputs[0]))
        {
            return [new(output, [], inner == node ? [node] : [inner, node], kernels => kernels.Input(new(transform.Inputs[0], output, transform)))];
        }
        if (inner != node) return null;
        Value input = context.Value(context.Resolve(transform.Inputs[0]));
        return [new(output, [input], [node], kernels => kernels.Transform(new(input, output, transform)))];
    }
}
