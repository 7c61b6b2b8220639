using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The trained weights that are known.</summary>
/// <remarks>
/// Sources: torchvision/models/mobilenetv2.py and resnet.py, and the files of these names in torchvision/models/quantization;
/// github.com/akamaster/pytorch_resnet_cifar10.
/// </remarks>
public static class WeightsCatalogue
{
    private static readonly ImmutableArray<string> _cifar10 =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>All of them.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } =
    [
        TorchVision("mobilenet_v2", "IMAGENET1K_QNNPACK_V1", QuantizationBackend.Qnnpack, 71.658, 71.878, 3.59, "quantized/mobilenet_v2_qnnpack_37f702c5.pth"),
        TorchVision("mobilenet_v2", "IMAGENET1K_V1", null, 71.878, 71.878, 14.21, "mobilenet_v2-b0353104.pth"),
        TorchVision("resnet18", "IMAGENET1K_FBGEMM_V1", QuantizationBackend.Fbgemm, 69.494, 69.758, 11.78, "quantized/resnet18_fbgemm_16fa66dd.pth"),
        TorchVision("resnet18", "IMAGENET1K_V1", null, 69.758, 69.758, 46.83, "resnet18-f37072fd.pth"),
        TorchVision("resnet50", "IMAGENET1K_FBGEMM_V1", QuantizationBackend.Fbgemm, 75.920, 76.130, 25.96, "quantized/resnet50_fbgemm_bf931d71.pth"),
        TorchVision("resnet50", "IMAGENET1K_V1", null, 76.130, 76.130, 102.53, "resnet50-0676ba61.pth"),
        Cifar(20, 91.73, 1.10, "12fca82f"),
        Cifar(32, 92.63, null, "d509ac18"),
        Cifar(44, 93.10, null, "014dd654"),
        Cifar(56, 93.39, null, "4bfd9763"),
        Cifar(110, 93.68, null, "1d1ed7c2"),
        new("sample_net", "SHAPES", null, 97.05, 97.05, 0.80, "sample_net.pth", Url: null) { Labels = [.. SampleDataset.Classes] },
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
                $"There are no {(quantized ? $"int8 {backend?.ToString().ToLowerInvariant()}".TrimEnd() : "float")} weights of {architecture.Name}. " +
                (known.Length == 0 ? "" : $"There are: {string.Join(", ", known.Select(Describe))}. ") +
                "Get the float model (-Float) and quantize it with Invoke-StaticQuantization, or take random weights (-Untrained).", architecture.Name);
    }

    private static string Describe(PretrainedWeights weights) => weights.Backend is null
        ? $"{weights.Weights} (float)"
        : $"{weights.Weights} ({weights.Backend.ToString()!.ToLowerInvariant()})";

    private static PretrainedWeights TorchVision(
        string name, string weights, QuantizationBackend? backend, double top1, double floatTop1, double size, string file) =>
        new(name, weights, backend, top1, floatTop1, size, Path.GetFileName(file), new Uri($"https://download.pytorch.org/models/{file}"));

    private static PretrainedWeights Cifar(int depth, double top1, double? size, string hash)
    {
        string file = $"resnet{depth}-{hash}.th";
        var url = new Uri($"https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/{file}");
        return new($"cifar_resnet{depth}", "CIFAR10", null, top1, top1, size, file, url) { Labels = _cifar10 };
    }
}
