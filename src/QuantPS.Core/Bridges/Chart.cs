using System.Collections.Immutable;

namespace QuantPS.Bridges;

/// <summary>Curves over the epochs of a training.</summary>
/// <param name="Id">A name of letters, by which the page tells it from other charts.</param>
/// <param name="Title">What the vertical axis shows.</param>
/// <param name="Curves">The curves.</param>
public sealed record Chart(string Id, string Title, ImmutableArray<ChartCurve> Curves);
