using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>The settings of a quantization-aware training.</summary>
public sealed record QatOptions
{
    /// <summary>The backend whose numerics and default qconfig are used.</summary>
    public QuantizationBackend Backend { get; init; } = QuantizationBackend.X86;

    /// <summary>Into which codes activations and weights go; the backend's default for training when null.</summary>
    public QConfig? QConfig { get; init; }

    /// <summary>What stays in float, and whether operators are fused.</summary>
    public PlanOptions Plan { get; init; } = new();

    /// <summary>
    /// Whether fake quantization computes as PyTorch's fused operator does: with scales by the formula of its kernels, those of weights from
    /// a moving average, and by its observers' formula at the conversion. By default scales are those of the conversion throughout.
    /// </summary>
    public bool PyTorchNumerics { get; init; }

    /// <summary>What of the model goes into the training.</summary>
    public TransferOptions Transfer { get; init; } = new();

    /// <summary>Epochs, learning rate and the like.</summary>
    public TrainingOptions Training { get; init; } = new();
}
