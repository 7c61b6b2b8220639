using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>How far the values that one layer gives lie from those of the reference, on the same inputs.</summary>
/// <param name="Module">The PyTorch path of the module, or the name of the value where it has none.</param>
/// <param name="Operator">What the layer does, as PyTorch names it.</param>
/// <param name="Value">The name of the value that was compared.</param>
/// <param name="Output">The shape of the value for one sample, with the batch of 1.</param>
/// <param name="Sqnr">
/// The signal-to-quantization-noise ratio in decibels: ten times the common logarithm of the energy of the reference's values by that
/// of the differences. Infinite where there are none. What earlier layers lost is in it.
/// </param>
/// <param name="MeanError">The mean of candidate less reference: what the layer is shifted by.</param>
/// <param name="MaxError">The largest difference.</param>
public sealed record LayerDifference(string Module, string Operator, string Value, Shape Output, double Sqnr, double MeanError, double MaxError);
