using QuantPS.Analysis;

namespace QuantPS.Gates;

/// <summary>What was measured of a model when it was accepted.</summary>
/// <param name="SizeMB">The length of its file in decimal megabytes.</param>
/// <param name="Ratio">How many times as small as its reference it was.</param>
/// <param name="Top1">Its accuracy in percent.</param>
/// <param name="Data">The name of the images or texts that the accuracy or perplexity was measured on.</param>
/// <param name="Count">The number of those images, texts or tokens.</param>
/// <param name="LatencyRatio">Its time by that of its reference.</param>
/// <param name="MinLayerSqnr">The lowest signal-to-quantization-noise ratio of its layers, in decibels.</param>
/// <param name="Perplexity">The perplexity of a language model.</param>
public sealed record BaselineFigures(double SizeMB, double? Ratio, double? Top1, string? Data, int? Count, double? LatencyRatio, double? MinLayerSqnr,
    double? Perplexity = null)
{
    /// <summary>The figures of a model, rounded to what a comparison of files can show.</summary>
    public static BaselineFigures Of(ModelComparison model) => new(
        Round(model.SizeMB, 6)!.Value, Round(model.Ratio, 3), Round(model.Top1, 4), model.Candidate.MeasuredOn?.Data, model.Candidate.MeasuredOn?.Count,
        Round(model.LatencyRatio, 3), Round(model.WorstLayer?.Sqnr, 2), Round(model.Perplexity, 3));

    private static double? Round(double? value, int digits) => value is { } number && double.IsFinite(number) ? Math.Round(number, digits) : null;
}
