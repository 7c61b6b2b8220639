using System.Numerics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The numbers of a dynamic linear layer's panels that depend on the scale and the zero point of a run: the starts of the sums and the
/// factors. Those of <see cref="PanelNumbers.Scale"/> are the scales of the weights.
/// </summary>
internal sealed unsafe class DynamicNumbers : IDisposable
{
    private readonly DynamicLinearSpec _spec;
    // The sums of the weights, in the order of the panels' numbers.
    private readonly NativeMemoryBlock _sums;
    private readonly int[] _lanes;
    private readonly int[] _starts;

    public DynamicNumbers(DynamicLinearSpec spec, ConvTiling tiling)
    {
        _spec = spec;
        _lanes = Array.ConvertAll(tiling.Panels, tiling.LanesOf);
        _starts = new int[_lanes.Length];
        for (int p = 1; p < _lanes.Length; p++) _starts[p] = _starts[p - 1] + _lanes[p - 1];
        _sums = new NativeMemoryBlock((long)(_starts[^1] + _lanes[^1]) * sizeof(int));
    }

    public void Dispose() => _sums.Dispose();

    /// <summary>Writes what stays the same from run to run, of one output channel.</summary>
    public void WriteFixed(int panel, float* numbers, int lane, int channel, int weightSum)
    {
        int lanes = _lanes[panel];
        numbers[PanelNumbers.Bias * lanes + lane] = _spec.Bias[channel];
        numbers[PanelNumbers.Scale * lanes + lane] = _spec.WeightScales[channel];
        ((int*)_sums.Address)[_starts[panel] + lane] = weightSum;
    }

    /// <summary>Writes what the chosen scale and zero point make of a panel's numbers.</summary>
    public void Write(int panel, float* numbers, DynamicParameters.Chosen chosen)
    {
        int lanes = _lanes[panel];
        int* sums = (int*)_sums.Address + _starts[panel], start = (int*)numbers + PanelNumbers.Start * lanes;
        float* factors = numbers + PanelNumbers.Factor * lanes, scales = numbers + PanelNumbers.Scale * lanes;
        Vector<int> zeroPoint = new(-chosen.ZeroPoint);
        Vector<float> scale = new(_spec.ScaleOf(chosen));
        // Panels are whole vectors.
        for (int i = 0; i < lanes; i += Vector<int>.Count)
        {
            (zeroPoint * Vector.Load(sums + i)).Store(start + i);
            (scale * Vector.Load(scales + i)).Store(factors + i);
        }
    }
}
