using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>The settings of a dynamic quantization.</summary>
public sealed record DynamicQuantizationOptions
{
    /// <summary>
    /// The types of modules to quantize, by their PyTorch names; when empty, <see cref="DynamicModules.Defaults"/>, and embeddings whose exact
    /// names are given.
    /// </summary>
    public ImmutableArray<string> ModuleTypes { get; init; } = [];

    /// <summary>The modules to quantize: PyTorch paths with the wildcards * and ?, each with all below it; all when empty.</summary>
    public ImmutableArray<string> ModuleNames { get; init; } = [];

    /// <summary>What weights become.</summary>
    public DynamicDtype Dtype { get; init; } = DynamicDtype.QInt8;

    /// <summary>The backend whose numerics are used.</summary>
    public QuantizationBackend Backend { get; init; } = QuantizationBackend.X86;
}
