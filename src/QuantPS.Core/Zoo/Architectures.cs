using System.Collections.Immutable;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The networks that the zoo can build.</summary>
public static class Architectures
{
    /// <summary>Those that classify text. Their sizes are in <see cref="ArchitectureOptions"/>.</summary>
    public static ImmutableArray<Architecture> Text { get; } =
    [
        OfBert("bert", 12, 768), OfBert("bert_large", 24, 1024), OfBert("bert_medium", 8, 512), OfBert("bert_small", 4, 512), OfBert("bert_mini", 4, 256),
        OfBert("bert_tiny", 2, 128),
    ];

    /// <summary>Recurrent networks, whose sizes a state dict shows.</summary>
    public static ImmutableArray<Architecture> Recurrent { get; } =
    [
        new("word_language_model", "Word language model", [35], 33278, Preprocessing.None, "decoder", WordLanguageModel.Initialization, WordLanguageModel.Build)
        {
            Infer = WordLanguageModel.Infer,
        },
        new("lstm_for_demonstration", "LSTM", [20, 8], 8, Preprocessing.None, "", LstmDemonstration.Initialization, LstmDemonstration.Build)
        {
            Infer = LstmDemonstration.Infer,
        },
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Architecture> Everything => [.. All, .. Text, .. Recurrent];

    /// <summary>Those that a state dict may be of: all for images, and the recurrent ones whose modules it has.</summary>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: it has recurrent modules that are not supported.</exception>
    public static IEnumerable<Architecture> CandidatesFor(StateDict state) => [.. All, .. Recurrent.Where(one => one.Infer(state) is not null)];

    /// <summary>Those that classify images, by name.</summary>
    public static ImmutableArray<Architecture> All { get; } =
    [
        ImageNet("mobilenet_v2", "MobileNet v2", "classifier.1", MobileNetV2.Initialization, MobileNetV2.Build),
        ImageNet("mobilenet_v3_large", "MobileNet v3", "classifier.3", MobileNetV2.Initialization, MobileNetV3.BuildLarge),
        ImageNet("resnet18", "ResNet", "fc", ResNet.Initialization, ResNet.Basic(2, 2, 2, 2)),
        ImageNet("resnet50", "ResNet", "fc", ResNet.Initialization, ResNet.Deep(3, 4, 6, 3)),
        ImageNet("resnext101_32x8d", "ResNeXt", "fc", ResNet.Initialization, ResNet.Grouped(32, 8, 3, 4, 23, 3)),
        ImageNet("resnext101_64x4d", "ResNeXt", "fc", ResNet.Initialization, ResNet.Grouped(64, 4, 3, 4, 23, 3), resize: 232),
        ImageNet("inception_v3", "Inception v3", "fc", InceptionV3.Initialization, InceptionV3.Build, resize: 342, crop: 299) with
        {
            AuxiliaryHeadPaths = ["AuxLogits"],
        },
        ImageNet("googlenet", "GoogLeNet", "fc", GoogLeNet.Initialization, GoogLeNet.Build) with { AuxiliaryHeadPaths = ["aux1", "aux2"] },
        ImageNet("shufflenet_v2_x0_5", "ShuffleNet v2", "fc", ShuffleNetV2.Initialization, ShuffleNetV2.WithChannels(48, 1024)),
        ImageNet("shufflenet_v2_x1_0", "ShuffleNet v2", "fc", ShuffleNetV2.Initialization, ShuffleNetV2.WithChannels(116, 1024)),
        ImageNet("shufflenet_v2_x1_5", "ShuffleNet v2", "fc", ShuffleNetV2.Initialization, ShuffleNetV2.WithChannels(176, 1024), resize: 232),
        ImageNet("shufflenet_v2_x2_0", "ShuffleNet v2", "fc", ShuffleNetV2.Initialization, ShuffleNetV2.WithChannels(244, 2048), resize: 232),
        Cifar(20), Cifar(32), Cifar(44), Cifar(56), Cifar(110),
        new("sample_net", "Sample", [3, 32, 32], 10, new Preprocessing(null, null, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]), "classifier.2",
            ResNet.Initialization, SampleNet.Build),
    ];

    /// <summary>The architecture of a name, whatever its case.</summary>
    /// <exception cref="QuantPSException"><c>ModelNameUnknown</c>: there is none; the message suggests the nearest.</exception>
    public static Architecture Find(string name) =>
        Everything.FirstOrDefault(architecture => architecture.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new QuantPSException("ModelNameUnknown",
            $"There is no model '{name}'.{NearestName.Question(name, Everything.Select(architecture => architecture.Name))} There are: {string.Join(", ", Everything)}.", name);

    private static Architecture ImageNet(
        string name, string family, string classifier, Initialization initialization, Func<GraphBuilder, int, string> build,
        int resize = 256, int crop = 224) =>
        new(name, family, [3, crop, crop], 1000, Preprocessing.ImageNet with { Resize = resize, Crop = crop }, classifier, initialization, build)
        {
            Labels = ImageNetClasses.Read,
        };

    // The sizes that were published for BERT (Devlin et al., 2018; Turc et al., 2019).
    private static Architecture OfBert(string name, int layers, int features) =>
        new(name, "BERT", [512], 2, Preprocessing.None, "classifier", Bert.Initialization, Bert.Build)
        {
            Normalize = Bert.Normalize,
            Options = new() { Bert = new BertConfig { Layers = layers, HiddenSize = features, Heads = features / 64, IntermediateSize = 4 * features } },
        };

    private static Architecture Cifar(int depth) =>
        new($"cifar_resnet{depth}", "CIFAR ResNet", [3, 32, 32], 10, Preprocessing.Cifar, "linear",
            CifarResNet.Initialization, CifarResNet.WithBlocks((depth - 2) / 6));
}
