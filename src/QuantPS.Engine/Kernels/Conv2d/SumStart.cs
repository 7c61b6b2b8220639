namespace QuantPS.Engine.Kernels;

/// <summary>What the sums of a tile start from.</summary>
/// <param name="First">The number of the first row and column.</param>
/// <param name="Half">The distance from a row's first vector to its second.</param>
/// <param name="Row">The distance from a row to the next: 0 where all start alike.</param>
internal readonly unsafe record struct SumStart(nint First, nint Half, nint Row);
