using System.Collections.Immutable;

namespace QuantPS.Quantization;

/// <summary>What of a graph a plan leaves out.</summary>
public sealed record PlanOptions
{
    /// <summary>Modules that stay in float: PyTorch paths with the wildcards * and ?, each with all below it.</summary>
    public ImmutableArray<string> SkipModules { get; init; } = [];

    /// <summary>Whether operators are taken together as PyTorch's fusing does; without it each one is quantized alone.</summary>
    public bool Fuse { get; init; } = true;
}
