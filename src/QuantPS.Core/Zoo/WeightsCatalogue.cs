using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The trained weights that are known.</summary>
/// <remarks>
/// Sources: torchvision/models/mobilenetv2.py and resnet.py, and the files of these names in torchvision/models/quantization;
/// github.com/akamaster/pytorch_resnet_cifar10.
/// </remarks>
public static class WeightsCatalogue
{
    private const string TorchVision = "https://download.pytorch.org/models/";
    private const string Cifar = "https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/";

    /// <summary>All of them.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } =
    [
        new("mobilenet_v2", "IMAGENET1K_QNNPACK_V1", QuantizationBackend.Qnnpack, 71.658, 71.878, 3.59, new(TorchVision + "quantized/mobilenet_v2_qnnpack_37f702c5.pth")),
        new("mobilenet_v2", "IMAGENET1K_V1", null, 71.878, 71.878, 14.21, new(TorchVision + "mobilenet_v2-b0353104.pth")),
        new("resnet18", "IMAGENET1K_FBGEMM_V1", QuantizationBackend.Fbgemm, 69.494, 69.758, 11.78, new(TorchVision + "quantized/resnet18_fbgemm_16fa66dd.pth")),
        new("resnet18", "IMAGENET1K_V1", null, 69.758, 69.758, 46.83, new(TorchVision + "resnet18-f37072fd.pth")),
        new("resnet50", "IMAGENET1K_FBGEMM_V1", QuantizationBackend.Fbgemm, 75.920, 76.130, 25.96, new(TorchVision + "quantized/resnet50_fbgemm_bf931d71.pth")),
        new("resnet50", "IMAGENET1K_V1", null, 76.130, 76.130, 102.53, new(TorchVision + "resnet50-0676ba61.pth")),
        new("cifar_resnet20", "CIFAR10", null, 91.73, 91.73, 1.14, new(Cifar + "resnet20-12fca82f.th")),
        new("cifar_resnet32", "CIFAR10", null, 92.63, 92.63, null, new(Cifar + "resnet32-d509ac18.th")),
        new("cifar_resnet44", "CIFAR10", null, 93.10, 93.10, null, new(Cifar + "resnet44-014dd654.th")),
        new("cifar_resnet56", "CIFAR10", null, 93.39, 93.39, null, new(Cifar + "resnet56-4bfd9763.th")),
        new("cifar_resnet110", "CIFAR10", null, 93.68, 93.68, null, new(Cifar + "resnet110-1d1ed7c2.th")),
    ];

    /// <summary>The backend that an architecture is quantized for where nothing else is asked: that of its published weights, else x86.</summary>
    public static QuantizationBackend BackendOf(Architecture architecture) =>
        All.FirstOrDefault(weights => weights.Name == architecture.Name && weights.Backend is not null)?.Backend ?? QuantizationBackend.X86;

    /// <summary>The weights of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="quantized">Whether quantized weights are asked for, or float ones.</param>
    /// <param name="backend">The backend that quantized weights are for; any when null.</param>
    /// <exception cref="QuantPSException"><c>WeightsUnknown</c>: there are none; the message says what there is.</exception>
    public static PretrainedWeights Find(Architecture architecture, bool quantized, QuantizationBackend? backend = null)
    {
        PretrainedWeights[] known = [.. All.Where(weights => weights.Name == architecture.Name)];
        return known.FirstOrDefault(weights => weights.Backend is not null == quantized && (backend is null || !quantized || weights.Backend == backend))
            ?? throw new QuantPSException("WeightsUnknown",
                $"There are no published {(quantized ? $"int8 {backend?.ToString().ToLowerInvariant()}".TrimEnd() : "float")} weights of {architecture.Name}. " +
                (known.Length == 0 ? "" : $"There are: {string.Join(", ", known.Select(Describe))}. ") +
                "Get the float model (-Float) and quantize it with Invoke-StaticQuantization, or take random weights (-Untrained).", architecture.Name);
    }

    private static string Describe(PretrainedWeights weights) => weights.Backend is null
        ? $"{weights.Weights} (float)"
        : $"{weights.Weights} ({weights.Backend.ToString()!.ToLowerInvariant()})";
}
