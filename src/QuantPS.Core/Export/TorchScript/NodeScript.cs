using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>How an operator is written.</summary>
/// <param name="Node">The type of its node.</param>
/// <param name="Floats">The expression on floats.</param>
/// <param name="Codes">The expression on codes that gives codes; null where there is none, or none for these operands.</param>
/// <param name="TakesRelu">Whether the operator on codes takes the ReLU behind it along.</param>
internal sealed record NodeScript(
    Type Node, Func<Node, GraphScript, string> Floats, Func<Node, GraphScript, QuantizedTarget, string?> Codes, bool TakesRelu)
{
    /// <summary>An operator that has forms of its own for floats and codes.</summary>
    public static NodeScript Of<T>(
        Func<T, GraphScript, string> floats, Func<T, GraphScript, QuantizedTarget, string?>? codes = null, bool takesRelu = false) where T : Node =>
        new(typeof(T), (node, script) => floats((T)node, script), (node, script, target) => codes?.Invoke((T)node, script, target), takesRelu);

    /// <summary>An operator that libtorch has for floats and codes alike: codes keep their scale and zero point.</summary>
    public static NodeScript Same<T>(Func<T, string, string> call) where T : Node => Of<T>(
        (node, script) => call(node, script.Floats(node, 0)),
        (node, script, target) => script.Codes(node, 0) is { } x && x.Parameters.Equals(target.Parameters) ? call(node, x.Variable) : null);

    /// <summary>An operator whose codes have one scale and zero point always.</summary>
    public static NodeScript Fixed<T>(QuantParams parameters, Func<string, string> call) where T : Node => Of<T>(
        (node, script) => call(script.Floats(node, 0)),
        (node, script, target) => script.Codes(node, 0) is { } x && target.Parameters.Equals(parameters) ? call(x.Variable) : null);
}
