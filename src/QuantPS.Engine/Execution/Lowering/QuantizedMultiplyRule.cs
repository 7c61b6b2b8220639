namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize of both -> mul (-> ReLU) -> Quantize.</summary>
internal sealed class QuantizedMultiplyRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: Multiply multiply } pattern
            || context.Codes(multiply.Inputs[0]) is not { } one || context.Codes(multiply.Inputs[1]) is not { } other)
            return null;
        Value output = context.Value(node.Name);
        (Value left, Value right) = MultiplyRule.WholeFirst(one, other, output);
        return [new(output, [left, right], pattern.Nodes, kernels => kernels.QuantizedMultiply(new(left, right, output, pattern.Range)))];
    }
}
