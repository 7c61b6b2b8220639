using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>A variable that holds a quantized tensor.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="Parameters">The scale and the zero point.</param>
internal readonly record struct CodesVariable(string Variable, QuantParams Parameters);
