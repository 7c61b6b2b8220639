namespace QuantPS.Engine.Kernels;

/// <summary>Where a tile of full width puts its codes; without it, it gives its sums.</summary>
/// <param name="requantize">How sums become codes; null to give sums.</param>
/// <param name="numbers">The panel's numbers: <see cref="PanelNumbers"/>.</param>
/// <param name="to">Where the codes of the first row go.</param>
/// <param name="pitch">The bytes from a row to the next.</param>
internal readonly unsafe ref struct TileFinish(RequantizeAvx512? requantize, float* numbers, byte* to, nint pitch)
{
    public readonly RequantizeAvx512? Requantize = requantize;
    public readonly float* Numbers = numbers;
    public readonly byte* To = to;
    public readonly nint Pitch = pitch;
}
