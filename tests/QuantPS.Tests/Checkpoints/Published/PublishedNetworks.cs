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

    /// <summary>ShuffleNet v2, int8, by the channels of its stages.</summary>
    public static TorchModules ShuffleNetV2(int[] channels, int linearVersion = 3, bool tensors = true)
    {
        var net = new TorchModules { QuantizersAreTensors = tensors };
        void Sequence(string path, params ReadOnlySpan<(int Outputs, int Inputs, int Kernel, bool Relu)> convolutions)
        {
            net.Containers(path);
            int at = 0;
            foreach ((int outputs, int inputs, int kernel, bool relu) in convolutions)
            {
                net.QuantizedConv($"{path}.{at}", [outputs, inputs, kernel, kernel]);
                for (int left = relu ? 2 : 1; left > 0; left--) net.Containers($"{path}.{++at}");
                at++;
            }
        }
        Sequence("conv1", (24, 3, 3, true));
        net.Containers("maxpool");
        int before = 24;
        for (int stage = 2; stage <= 4; stage++)
        {
            net.Containers($"stage{stage}");
            int half = channels[stage - 2] / 2;
            for (int block = 0; block < (stage == 3 ? 8 : 4); block++)
            {
                string path = $"stage{stage}.{block}";
                net.Containers(path);
                if (block == 0) Sequence($"{path}.branch1", (before, 1, 3, false), (half, before, 1, true));
                else net.Containers($"{path}.branch1");
                Sequence($"{path}.branch2", (half, block == 0 ? before : half, 1, true), (half, 1, 3, false), (half, half, 1, true));
                net.QuantizedFunctional($"{path}.cat");
            }
            before = 2 * half;
        }
        Sequence("conv5", (channels[3], before, 1, true));
        net.QuantizedLinear("fc", 1000, channels[3], linearVersion);
        net.QuantizedStubs();
        return net;
    }

    /// <summary>
    /// MobileNet v3 large: in quantization-aware training, as its file is published, with the squeeze-excitation of version 1 or 2; or int8.
    /// </summary>
    public static TorchModules MobileNetV3(bool trained, int squeezeVersion = 2)
    {
        var net = new TorchModules { PerChannel = false };
        void Hardswish(string path)
        {
            if (!trained) net.QuantizedHardswish(path);
            else net.Containers(path);
            if (trained) net.FakeQuantizer($"{path}.activation_post_process", minimum: -0.375f, maximum: 5.625f);
        }
        void Functional(string path, bool isUsed)
        {
            if (trained) net.TrainedFunctional(path, isUsed);
            else net.QuantizedFunctional(path);
        }
        void WithBias(string path, params int[] sizes)
        {
            if (trained) net.TrainedWithBias(path, sizes);
            else if (sizes.Length == 4) net.QuantizedConv(path, sizes);
            else net.QuantizedLinear(path, sizes[0], sizes[1], version: 3);
        }
        void ConvNormActivation(string path, int outputs, int inputs, int kernel, char activation)
        {
            net.Containers(path);
            if (trained) net.TrainedConv($"{path}.0", [outputs, inputs, kernel, kernel]);
            else net.QuantizedConv($"{path}.0", [outputs, inputs, kernel, kernel]);
            net.Containers($"{path}.1");
            if (activation == 'r') net.Containers($"{path}.2");
            if (activation == 'h') Hardswish($"{path}.2");
        }
        void SqueezeExcitation(string path, int channels, int squeezed)
        {
            net.State.Module(path, squeezeVersion);
            net.Containers($"{path}.avgpool");
            WithBias($"{path}.fc1", squeezed, channels, 1, 1);
            WithBias($"{path}.fc2", channels, squeezed, 1, 1);
            if (squeezeVersion > 1) net.Containers($"{path}.activation", $"{path}.scale_activation");
            if (squeezeVersion > 1 && trained) net.FixedQuantizer($"{path}.scale_activation.activation_post_process", repeats: true);
            Functional($"{path}.skip_mul", isUsed: true);
        }
        net.Containers("features");
        ConvNormActivation("features.0", 16, 3, 3, 'h');
        int inputs = 16, index = 1;
        foreach ((int kernel, int expanded, int outputs, int squeezed, char activation, int stride) in new[]
        {
            (3, 16, 16, 0, 'r', 1), (3, 64, 24, 0, 'r', 2), (3, 72, 24, 0, 'r', 1), (5, 72, 40, 24, 'r', 2), (5, 120, 40, 32, 'r', 1),
            (5, 120, 40, 32, 'r', 1), (3, 240, 80, 0, 'h', 2), (3, 200, 80, 0, 'h', 1), (3, 184, 80, 0, 'h', 1), (3, 184, 80, 0, 'h', 1),
            (3, 480, 112, 120, 'h', 1), (3, 672, 112, 168, 'h', 1), (5, 672, 160, 168, 'h', 2), (5, 960, 160, 240, 'h', 1), (5, 960, 160, 240, 'h', 1),
        })
        {
            string path = $"features.{index++}";
            int at = 0;
            net.Containers(path, $"{path}.block");
            if (expanded != inputs) ConvNormActivation($"{path}.block.{at++}", expanded, inputs, 1, activation);
            ConvNormActivation($"{path}.block.{at++}", expanded, 1, kernel, activation);
            if (squeezed > 0) SqueezeExcitation($"{path}.block.{at++}", expanded, squeezed);
            ConvNormActivation($"{path}.block.{at}", outputs, expanded, 1, '-');
            Functional($"{path}.skip_add", isUsed: stride == 1 && inputs == outputs);
            inputs = outputs;
        }
        ConvNormActivation("features.16", 960, 160, 1, 'h');
        net.Containers("avgpool", "classifier");
        WithBias("classifier.0", 1280, 960);
        Hardswish("classifier.1");
        net.Containers("classifier.2");
        WithBias("classifier.3", 1000, 1280);
        if (trained)
        {
            net.State.Module("quant");
            net.FakeQuantizer("quant.activation_post_process");
            net.State.Module("dequant");
        }
        else
        {
            net.QuantizedStubs();
        }
        return net;
    }
}
