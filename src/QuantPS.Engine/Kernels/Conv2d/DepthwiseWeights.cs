using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The weights of a depthwise convolution for interleaved rows: of each chunk of channels, each tap, that is a column of the kernel and
/// four input rows, and each output row, four weights for each channel. Where they fit, they have 8 bits; else 16, the even two of the
/// channels of a vector before the odd ones.
/// </summary>
internal sealed unsafe class DepthwiseWeights : IDisposable
{
    /// <summary>The vectors of a chunk.</summary>
    public const int Vectors = 4;

    private readonly ConvGeometry _geometry;
    private readonly DepthwisePlan _plan;
    private readonly Requantization _requantization;
    private readonly int _inputZeroPoint;
    private readonly int _lanes;
    private readonly NativeMemoryBlock _weights;
    private readonly NativeMemoryBlock _numbers;
    private readonly int _chunkBytes;
    private readonly int _numberBytes;

    /// <param name="spec">The convolution.</param>
    /// <param name="starts">The first channel of each chunk.</param>
    /// <param name="lanes">The channels of a vector.</param>
    public DepthwiseWeights(QuantizedConvSpec spec, int[] starts, int lanes)
    {
        (_geometry, _plan, _lanes) = (spec.Geometry, DepthwisePlan.Of(spec.Geometry), lanes);
        (_requantization, _inputZeroPoint) = (spec.Requantization, spec.InputZeroPoint);
        AreBytes = spec.HasByteWeights;
        Count = _plan.Quadruples * spec.Geometry.Window.Kernel.Width * _plan.Rows * Vectors;
        _chunkBytes = Count * lanes * DepthwisePlan.Quadruple * (AreBytes ? sizeof(sbyte) : sizeof(short));
        _numberBytes = PanelNumbers.Kinds * Vectors * lanes * sizeof(float);
        _weights = new NativeMemoryBlock((long)starts.Length * _chunkBytes);
        _numbers = new NativeMemoryBlock((long)starts.Length * _numberBytes);
        for (int chunk = 0; chunk < starts.Length; chunk++)
            for (int at = 0; at < Vectors * lanes; at++)
            {
                int channel = starts[chunk] + Channel(at, lanes);
                if (channel >= spec.Geometry.OutputChannels) continue;
                ReadOnlySpan<short> weights = spec.Weight.Row(channel);
                PackWeights(Weights(chunk), at, weights);
                PackNumbers((float*)Numbers(chunk) + at, channel, (int)CodeWeights.Sum(weights));
            }
    }

    /// <summary>Whether weights have 8 bits.</summary>
    public bool AreBytes { get; }

    /// <summary>The vectors of weights of a chunk.</summary>
    public int Count { get; }

    /// <summary>The channel of a chunk that is in a lane, counted over the vectors.</summary>
    public static int Channel(int at, int lanes) => at % lanes / 4 * 16 + 4 * (at / lanes) + at % 4;

    public byte* Weights(int chunk) => _weights.Address + (long)chunk * _chunkBytes;

    public byte* Numbers(int chunk) => _numbers.Address + (long)chunk * _numberBytes;

    public void Dispose()
    {
        _weights.Dispose();
        _numbers.Dispose();
    }

    private void PackWeights(byte* to, int at, ReadOnlySpan<short> weights)
    {
        Window2 w = _geometry.Window;
        (int vectorOfTap, int lane) = Math.DivRem(at, _lanes);
        for (int row = 0; row < _plan.Rows; row++)
            for (int y = 0; y < w.Kernel.Height; y++)
            {
                (int quadruple, int place) = Math.DivRem(y + row * w.Stride.Height, DepthwisePlan.Quadruple);
                for (int x = 0; x < w.Kernel.Width; x++)
                {
                    int vector = ((quadruple * w.Kernel.Width + x) * _plan.Rows + row) * Vectors + vectorOfTap;
                    short weight = weights[y * w.Kernel.Width + x];
                    if (AreBytes) ((sbyte*)to)[(vector * _lanes + lane) * DepthwisePlan.Quadruple + place] = (sbyte)weight;
                    else ((short*)to)[((2 * vector + place % 2) * _lanes + lane) * 2 + place / 2] = weight;
                }
            }
    }

    private void PackNumbers(float* to, int channel, int sum)
    {
        int step = Vectors * _lanes;
        *(int*)to = unchecked(_requantization.IntegerBias[channel] - _inputZeroPoint * sum);
        to[PanelNumbers.Bias * step] = _requantization.FloatBias[channel];
        to[PanelNumbers.Factor * step] = _requantization.Factor[channel];
        to[PanelNumbers.Scale * step] = _requantization.Scale?[channel] ?? 1;
    }
}
