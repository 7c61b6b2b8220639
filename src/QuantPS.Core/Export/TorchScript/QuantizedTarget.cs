using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>What an operator on codes has to give.</summary>
/// <param name="Parameters">The scale and the zero point.</param>
/// <param name="Relu">Whether a ReLU goes with it.</param>
internal sealed record QuantizedTarget(QuantParams Parameters, bool Relu)
{
    /// <summary>The call of an operator <c>quantized::</c>.</summary>
    public string Call(string name, params ReadOnlySpan<string> arguments) =>
        $"ops.quantized.{name}{(Relu ? "_relu" : "")}({string.Join(", ", arguments)}, {ScriptText.Parameters(Parameters)})";
}
