using System.Collections.Immutable;

namespace QuantPS.Bridges;

/// <summary>One curve of a chart.</summary>
/// <param name="Name">What it is called in the legend.</param>
/// <param name="Points">Its points, from left to right.</param>
public sealed record ChartCurve(string Name, ImmutableArray<(double X, double Y)> Points);
