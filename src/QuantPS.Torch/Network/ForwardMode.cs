using TorchSharp;

namespace QuantPS.Torch.Network;

/// <summary>What a pass through the network does besides computing.</summary>
/// <param name="Training">Whether dropout acts.</param>
/// <param name="BatchStatistics">Whether batch normalizations use the batch's statistics and keep the running ones; else they use those.</param>
/// <param name="Observe">Whether observers take the values they see.</param>
internal readonly record struct ForwardMode(bool Training, bool BatchStatistics, bool Observe)
{
    /// <summary>Whether nothing is rounded to codes.</summary>
    public bool Unrounded { get; init; }

    /// <summary>What dropout draws from while it acts.</summary>
    public torch.Generator? Random { get; init; }

    /// <summary>Computing alone.</summary>
    public static ForwardMode Evaluation => default;
}
