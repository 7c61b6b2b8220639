namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>
/// The module trees of torchvision's quantizable networks, written down from torchvision/models and torchvision/models/quantization, apart
/// from the module's own zoo: what each published file holds.
/// </summary>
internal static class PublishedNetworks
{
    /// <summary>ResNet-18, int8.</summary>
    public static TorchModules ResNet18(int linearVersion, int? convolutionVersion = 1, bool tensors = true)
    {
        var net = new TorchModules { QuantizersAreTensors = tensors };
        net.QuantizedConv("conv1", [64, 3, 7, 7], convolutionVersion, "bn1", "relu", "maxpool");
        int inputs = 64;
        for (int layer = 1; layer <= 4; layer++)
        {
            int channels = 32 << layer;
            net.Containers($"layer{layer}");
            for (int block = 0; block < 2; block++)
            {
                string path = $"layer{layer}.{block}";
                net.Containers(path);
                net.QuantizedConv($"{path}.conv1", [channels, inputs, 3, 3], convolutionVersion, $"{path}.bn1", $"{path}.relu");
                net.QuantizedConv($"{path}.conv2", [channels, channels, 3, 3], convolutionVersion, $"{path}.bn2");
                if (layer > 1 && block == 0)
                {
                    net.Containers($"{path}.downsample");
                    net.QuantizedConv($"{path}.downsample.0", [channels, inputs, 1, 1], convolutionVersion, $"{path}.downsample.1");
                }
                net.QuantizedFunctional($"{path}.add_relu");
                inputs = channels;
            }
        }
        net.Containers("avgpool");
        net.QuantizedLinear("fc", 1000, 512, linearVersion);
        net.QuantizedStubs();
        return net;
    }

    /// <summary>MobileNet v2 in quantization-aware training.</summary>
    public static TorchModules TrainedMobileNetV2(bool perChannel, int convolutionVersion = 2)
    {
        var net = new TorchModules { PerChannel = perChannel };
        net.Containers("features");
        void ConvNormRelu(string path, int outputs, int inputs, int kernel)
        {
            net.Containers(path);
            net.TrainedConv($"{path}.0", [outputs, inputs, kernel, kernel], convolutionVersion, $"{path}.1", $"{path}.2");
        }
        ConvNormRelu("features.0", 32, 3, 3);
        int channels = 32, index = 1;
        foreach ((int expansion, int outputs, int count, int stride) in
            new[] { (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1) })
            for (int i = 0; i < count; i++, index++)
            {
                string path = $"features.{index}";
                int hidden = channels * expansion, at = 0;
                net.Containers(path, $"{path}.conv");
                if (expansion > 1) ConvNormRelu($"{path}.conv.{at++}", hidden, channels, 1);
                ConvNormRelu($"{path}.conv.{at++}", hidden, 1, 3);
                net.TrainedConv($"{path}.conv.{at}", [outputs, hidden, 1, 1], convolutionVersion, $"{path}.conv.{at + 1}");
                net.TrainedFunctional($"{path}.skip_add", isUsed: channels == outputs && (i > 0 || stride == 1));
                channels = outputs;
            }
        ConvNormRelu("features.18", 1280, 320, 1);
        net.Containers("classifier", "classifier.0");
        net.TrainedWithBias("classifier.1", [1000, 1280]);
        net.State.Module("quant");
        net.FakeQuantizer("quant.activation_post_process");
        net.State.Module("dequant");
        return net;
    }
}
