using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>exp(x) over its sum, for each run.</summary>
internal sealed record SoftmaxSpec(Value Input, Value Output);
