using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>Settings of a TorchScript archive.</summary>
public sealed record TorchScriptOptions
{
    /// <summary>The folder in the archive.</summary>
    public string RootName { get; init; } = "archive";

    /// <summary>
    /// The backend of a quantized model. The archive tells it in the record <c>extra/quantized_engine</c>, spelled as in
    /// <c>torch.backends.quantized.engine</c>; libtorch runs the archive with the engine that is set.
    /// </summary>
    public QuantizationBackend? Backend { get; init; }

    /// <summary>
    /// The values that the module gives as a list, to compare layers with: quantized tensors for those that are codes, floats for the rest. When
    /// empty, it gives the graph's output as one tensor, or its outputs as a tuple.
    /// </summary>
    public ImmutableArray<string> Values { get; init; } = [];
}
