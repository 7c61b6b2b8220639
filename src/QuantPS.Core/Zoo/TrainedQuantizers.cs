using System.Diagnostics;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Zoo;

/// <summary>The scales and zero points that PyTorch's <c>convert</c> takes from the fake quantizers of a trained network.</summary>
/// <param name="state">The network's state dict, which has been found to fit.</param>
internal sealed class TrainedQuantizers(StateDict state)
{
    // What MovingAverageMinMaxObserver averages with.
    private const float AveragingConstant = 0.01f;

    /// <summary>The scale and the zero point of a value.</summary>
    /// <param name="path">The path of its fake quantizer.</param>
    public QuantParams OfActivation(string path)
    {
        QuantRange range = Ranges(path)[0];
        float width = MathF.Max(range.Maximum, 0f) - MathF.Min(range.Minimum, 0f);
        // A state dict does not say whether codes stop at 127; the scale that it was trained with does.
        bool isReduced = MathF.Round(width / Numbers($"{path}.scale")[0]) <= (127 + 255) / 2;
        return QuantFormula.Affine(range, isReduced ? 127 : 255);
    }

    /// <summary>The scales of a weight.</summary>
    /// <param name="path">The path of its fake quantizer.</param>
    /// <param name="weight">The weight, with the normalization that belongs to it folded.</param>
    public QuantParams OfWeight(string path, Tensor weight)
    {
        QuantRange[] ranges = Ranges(path);
        // Converting runs the weight through its quantizer once more, which observes it where it has not been told to stop.
        if (Numbers($"{path}.observer_enabled")[0] != 0) ranges = Average(ranges, weight);
        double[] scales = [.. ranges.Select(range => (double)QuantFormula.Symmetric(range))];
        return scales.Length == 1 ? QuantParams.PerTensor(scales[0], 0) : QuantParams.PerChannel(scales, new long[scales.Length], axis: 0);
    }

    private static QuantRange[] Average(QuantRange[] ranges, Tensor weight)
    {
        float[] values = weight.As<float>().ToArray();
        int size = values.Length / ranges.Length;
        return
        [
            .. ranges.Select((range, channel) =>
            {
                QuantRange now = QuantRange.Of(values.AsSpan(channel * size, size));
                return new QuantRange(
                    range.Minimum + AveragingConstant * (now.Minimum - range.Minimum),
                    range.Maximum + AveragingConstant * (now.Maximum - range.Maximum));
            }),
        ];
    }

    private QuantRange[] Ranges(string path) =>
    [
        .. Numbers($"{path}.activation_post_process.min_val").Zip(Numbers($"{path}.activation_post_process.max_val"),
            (minimum, maximum) => new QuantRange(minimum, maximum)),
    ];

    private float[] Numbers(string key) => StateDictFit.NumbersIn(state[key]) ?? throw new UnreachableException();
}
