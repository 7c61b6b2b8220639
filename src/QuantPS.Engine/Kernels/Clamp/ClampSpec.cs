using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>min(max(x, low), high) in float.</summary>
internal sealed record ClampSpec(Value Input, Value Output, float Low, float High);

/// <summary>Codes to codes.</summary>
internal sealed record MapCodesSpec(Value Input, Value Output, CodeMap Map);
