using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize of all -> cat -> Quantize: each input is requantized as it is copied.</summary>
internal sealed class QuantizedConcatRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: Concat cat, Relu: null } pattern) return null;
        Value?[] codes = [.. cat.Inputs.Select(context.Codes)];
        if (codes.Contains(null)) return null;
        ImmutableArray<Value> inputs = [.. codes.OfType<Value>()];
        Value output = context.Value(node.Name);
        QuantParams to = pattern.Quantize.Parameters;
        CodeMap?[] maps = [.. inputs.Select(input => input.Quantization!.Equals(to) ? null : new CodeMap(input.Quantization, to, CodeRange.Of(to, null)))];
        return [ConcatRule.Join(ConcatSpec.Of(inputs, output, ConcatRule.Axis(cat), maps), pattern.Nodes)];
    }
}
