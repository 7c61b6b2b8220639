using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>How activations and weights are observed and into which codes they go: PyTorch's <c>QConfig</c>.</summary>
/// <remarks>
/// Activations are quint8, affine, per tensor; weights are qint8, symmetric. Source of the defaults: torch/ao/quantization/qconfig.py,
/// <c>get_default_qconfig</c> and <c>get_default_qat_qconfig</c>.
/// </remarks>
/// <param name="Activation">The observer of activations.</param>
/// <param name="Weight">The observer of weights.</param>
/// <param name="ReduceRange">Whether activations use the codes 0..127 alone, which spares fbgemm's kernels an overflow.</param>
public sealed record QConfig(ObserverKind Activation, ObserverKind Weight, bool ReduceRange)
{
    /// <summary>The default for quantization after training.</summary>
    public static QConfig For(QuantizationBackend backend) => backend switch
    {
        QuantizationBackend.Fbgemm or QuantizationBackend.X86 => new(ObserverKind.Histogram, ObserverKind.PerChannelMinMax, ReduceRange: true),
        QuantizationBackend.Onednn => new(ObserverKind.Histogram, ObserverKind.PerChannelMinMax, ReduceRange: false),
        QuantizationBackend.Qnnpack => new(ObserverKind.Histogram, ObserverKind.MinMax, ReduceRange: false),
        _ => throw new ArgumentOutOfRangeException(nameof(backend), backend, "Unknown backend."),
    };

    /// <summary>The default for quantization-aware training: as <see cref="For"/>, with moving averages for activations.</summary>
    public static QConfig ForTraining(QuantizationBackend backend) => For(backend) with { Activation = ObserverKind.MovingAverageMinMax };

    /// <summary>Whether each output channel of a weight has a scale of its own.</summary>
    public bool PerChannelWeights => Weight == ObserverKind.PerChannelMinMax;

    /// <summary>The largest activation code.</summary>
    public int MaximumCode => ReduceRange ? 127 : 255;
}
