using QuantPS.Analysis;

namespace QuantPS.Bridges;

/// <summary>A histogram to draw, its counts on a logarithmic axis, with lines at the ends of the range of codes.</summary>
/// <param name="Id">A name of letters and digits, by which the page tells it from other charts.</param>
/// <param name="Title">What stands above it.</param>
/// <param name="Values">What it shows.</param>
public sealed record HistogramChart(string Id, string Title, ValueHistogram Values);
