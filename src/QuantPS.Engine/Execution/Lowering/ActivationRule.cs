using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Functions of one number: in float, or on codes by a table.</summary>
internal sealed class ActivationRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        Value output = context.Value(node.Name);
        if (Function(node) is { } function)
        {
            Value floats = context.Value(context.Resolve(node.Inputs[0]));
            return [new(output, [floats], [node], kernels => kernels.Activation(new(node.Operator, function, floats, output)))];
        }
        if (QuantizedPattern.Match(node, context) is not { } pattern || Function(pattern.Operator) is not { } inner
            || context.Codes(pattern.Operator.Inputs[0]) is not { } codes)
            return null;
        return [new(output, [codes], pattern.Nodes, kernels =>
            kernels.LookUp(LookUpSpec.Of(pattern.Operator.Operator, inner, codes, output, pattern.Range, context.Backend)))];
    }

    private static ActivationFunction? Function(Node node) => node switch
    {
        Hardswish => ActivationFunction.Hardswish,
        Hardsigmoid => ActivationFunction.Hardsigmoid,
        Sigmoid => ActivationFunction.Sigmoid,
        Tanh => ActivationFunction.Tanh,
        Gelu gelu => gelu.Approximate ? ActivationFunction.GeluTanh : ActivationFunction.Gelu,
        _ => null,
    };
}
