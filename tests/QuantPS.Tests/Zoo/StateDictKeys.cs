namespace QuantPS.Tests.Zoo;

/// <summary>
/// Keys and shapes of the float state dicts of torchvision's networks in PyTorch's order, written down from the constructors in
/// torchvision/models, and not from the zoo.
/// </summary>
internal sealed class StateDictKeys
{
    private readonly List<string> _entries = [];

    public static string[] Of(string name)
    {
        var keys = new StateDictKeys();
        switch (name)
        {
            case "resnet50": keys.Bottlenecks([3, 4, 6, 3], groups: 1, width: 64); break;
            case "resnext101_32x8d": keys.Bottlenecks([3, 4, 23, 3], groups: 32, width: 256); break;
            case "resnext101_64x4d": keys.Bottlenecks([3, 4, 23, 3], groups: 64, width: 256); break;
            case "mobilenet_v3_large": keys.MobileNetV3(); break;
            case "googlenet": keys.GoogLeNet(heads: false); break;
            case "googlenet with heads": keys.GoogLeNet(heads: true); break;
            case "inception_v3": keys.Inception(heads: false); break;
            case "inception_v3 with heads": keys.Inception(heads: true); break;
            case "shufflenet_v2_x0_5": keys.ShuffleNet(24, 48, 96, 192, 1024); break;
            case "shufflenet_v2_x1_0": keys.ShuffleNet(24, 116, 232, 464, 1024); break;
            case "shufflenet_v2_x1_5": keys.ShuffleNet(24, 176, 352, 704, 1024); break;
            case "shufflenet_v2_x2_0": keys.ShuffleNet(24, 244, 488, 976, 2048); break;
            default: throw new ArgumentException(name);
        }
        return [.. keys._entries];
    }

    private void Add(string key, params int[] shape) => _entries.Add($"{key} {string.Join('x', shape)}");

    private void Conv(string path, int inputs, int outputs, int height, int width, int groups = 1) =>
        Add($"{path}.weight", outputs, inputs / groups, height, width);

    private void Norm(string path, int channels)
    {
        foreach (string leaf in new[] { "weight", "bias", "running_mean", "running_var" }) Add($"{path}.{leaf}", channels);
        Add($"{path}.num_batches_tracked");
    }

    private void Linear(string path, int inputs, int outputs)
    {
        Add($"{path}.weight", outputs, inputs);
        Add($"{path}.bias", outputs);
    }

    private void ConvNorm(string conv, string norm, int inputs, int outputs, int kernel, int groups = 1)
    {
        Conv(conv, inputs, outputs, kernel, kernel, groups);
        Norm(norm, outputs);
    }

    private void Basic(string path, int inputs, int outputs, int height, int? width = null)
    {
        Conv($"{path}.conv", inputs, outputs, height, width ?? height);
        Norm($"{path}.bn", outputs);
    }

    private void Bottlenecks(int[] blocks, int groups, int width)
    {
        ConvNorm("conv1", "bn1", 3, 64, 7);
        int inputs = 64;
        for (int layer = 0; layer < 4; layer++, width *= 2)
            for (int block = 0; block < blocks[layer]; block++)
            {
                (string path, int outputs) = ($"layer{layer + 1}.{block}", 256 << layer);
                ConvNorm($"{path}.conv1", $"{path}.bn1", inputs, width, 1);
                ConvNorm($"{path}.conv2", $"{path}.bn2", width, width, 3, groups);
                ConvNorm($"{path}.conv3", $"{path}.bn3", width, outputs, 1);
                if (block == 0) ConvNorm($"{path}.downsample.0", $"{path}.downsample.1", inputs, outputs, 1);
                inputs = outputs;
            }
        Linear("fc", 2048, 1000);
    }

    private void MobileNetV3()
    {
        // Inputs, kernel, expanded, squeezed (0 for none), outputs.
        (int Inputs, int Kernel, int Expanded, int Squeezed, int Outputs)[] rows =
        [
            (16, 3, 16, 0, 16), (16, 3, 64, 0, 24), (24, 3, 72, 0, 24), (24, 5, 72, 24, 40), (40, 5, 120, 32, 40), (40, 5, 120, 32, 40),
            (40, 3, 240, 0, 80), (80, 3, 200, 0, 80), (80, 3, 184, 0, 80), (80, 3, 184, 0, 80), (80, 3, 480, 120, 112), (112, 3, 672, 168, 112),
            (112, 5, 672, 168, 160), (160, 5, 960, 240, 160), (160, 5, 960, 240, 160),
        ];
        ConvNorm("features.0.0", "features.0.1", 3, 16, 3);
        for (int i = 0; i < rows.Length; i++)
        {
            (int inputs, int kernel, int expanded, int squeezed, int outputs) = rows[i];
            int at = 0;
            string Next() => $"features.{i + 1}.block.{at++}";
            string path;
            if (i > 0) ConvNorm($"{path = Next()}.0", $"{path}.1", inputs, expanded, 1);
            ConvNorm($"{path = Next()}.0", $"{path}.1", expanded, expanded, kernel, expanded);
            if (squeezed > 0)
            {
                Conv($"{path = Next()}.fc1", expanded, squeezed, 1, 1);
                Add($"{path}.fc1.bias", squeezed);
                Conv($"{path}.fc2", squeezed, expanded, 1, 1);
                Add($"{path}.fc2.bias", expanded);
            }
            ConvNorm($"{path = Next()}.0", $"{path}.1", expanded, outputs, 1);
        }
        ConvNorm("features.16.0", "features.16.1", 160, 960, 1);
        Linear("classifier.0", 960, 1280);
        Linear("classifier.3", 1280, 1000);
    }

    private void GoogLeNet(bool heads)
    {
        Basic("conv1", 3, 64, 7);
        Basic("conv2", 64, 64, 1);
        Basic("conv3", 64, 192, 3);
        (string Name, int Inputs, int[] Sizes)[] blocks =
        [
            ("3a", 192, [64, 96, 128, 16, 32, 32]), ("3b", 256, [128, 128, 192, 32, 96, 64]), ("4a", 480, [192, 96, 208, 16, 48, 64]),
            ("4b", 512, [160, 112, 224, 24, 64, 64]), ("4c", 512, [128, 128, 256, 24, 64, 64]), ("4d", 512, [112, 144, 288, 32, 64, 64]),
            ("4e", 528, [256, 160, 320, 32, 128, 128]), ("5a", 832, [256, 160, 320, 32, 128, 128]), ("5b", 832, [384, 192, 384, 48, 128, 128]),
        ];
        foreach ((string name, int inputs, int[] sizes) in blocks)
        {
            string path = $"inception{name}";
            Basic($"{path}.branch1", inputs, sizes[0], 1);
            Basic($"{path}.branch2.0", inputs, sizes[1], 1);
            Basic($"{path}.branch2.1", sizes[1], sizes[2], 3);
            Basic($"{path}.branch3.0", inputs, sizes[3], 1);
            Basic($"{path}.branch3.1", sizes[3], sizes[4], 3);
            Basic($"{path}.branch4.1", inputs, sizes[5], 1);
        }
        foreach ((string path, int inputs) in heads ? new[] { ("aux1", 512), ("aux2", 528) } : [])
        {
            Basic($"{path}.conv", inputs, 128, 1);
            Linear($"{path}.fc1", 2048, 1024);
            Linear($"{path}.fc2", 1024, 1000);
        }
        Linear("fc", 1024, 1000);
    }

    private void Inception(bool heads)
    {
        Basic("Conv2d_1a_3x3", 3, 32, 3);
        Basic("Conv2d_2a_3x3", 32, 32, 3);
        Basic("Conv2d_2b_3x3", 32, 64, 3);
        Basic("Conv2d_3b_1x1", 64, 80, 1);
        Basic("Conv2d_4a_3x3", 80, 192, 3);
        foreach ((string path, int inputs, int pooled) in new[] { ("Mixed_5b", 192, 32), ("Mixed_5c", 256, 64), ("Mixed_5d", 288, 64) })
        {
            Basic($"{path}.branch1x1", inputs, 64, 1);
            Basic($"{path}.branch5x5_1", inputs, 48, 1);
            Basic($"{path}.branch5x5_2", 48, 64, 5);
            Triple(path, inputs);
            Basic($"{path}.branch_pool", inputs, pooled, 1);
        }
        Basic("Mixed_6a.branch3x3", 288, 384, 3);
        Triple("Mixed_6a", 288);
        foreach ((string path, int c7) in new[] { ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192) })
        {
            Basic($"{path}.branch1x1", 768, 192, 1);
            Basic($"{path}.branch7x7_1", 768, c7, 1);
            Basic($"{path}.branch7x7_2", c7, c7, 1, 7);
            Basic($"{path}.branch7x7_3", c7, 192, 7, 1);
            Basic($"{path}.branch7x7dbl_1", 768, c7, 1);
            Basic($"{path}.branch7x7dbl_2", c7, c7, 7, 1);
            Basic($"{path}.branch7x7dbl_3", c7, c7, 1, 7);
            Basic($"{path}.branch7x7dbl_4", c7, c7, 7, 1);
            Basic($"{path}.branch7x7dbl_5", c7, 192, 1, 7);
            Basic($"{path}.branch_pool", 768, 192, 1);
        }
        if (heads)
        {
            Basic("AuxLogits.conv0", 768, 128, 1);
            Basic("AuxLogits.conv1", 128, 768, 5);
            Linear("AuxLogits.fc", 768, 1000);
        }
        Basic("Mixed_7a.branch3x3_1", 768, 192, 1);
        Basic("Mixed_7a.branch3x3_2", 192, 320, 3);
        Basic("Mixed_7a.branch7x7x3_1", 768, 192, 1);
        Basic("Mixed_7a.branch7x7x3_2", 192, 192, 1, 7);
        Basic("Mixed_7a.branch7x7x3_3", 192, 192, 7, 1);
        Basic("Mixed_7a.branch7x7x3_4", 192, 192, 3);
        foreach ((string path, int inputs) in new[] { ("Mixed_7b", 1280), ("Mixed_7c", 2048) })
        {
            Basic($"{path}.branch1x1", inputs, 320, 1);
            Basic($"{path}.branch3x3_1", inputs, 384, 1);
            Basic($"{path}.branch3x3_2a", 384, 384, 1, 3);
            Basic($"{path}.branch3x3_2b", 384, 384, 3, 1);
            Basic($"{path}.branch3x3dbl_1", inputs, 448, 1);
            Basic($"{path}.branch3x3dbl_2", 448, 384, 3);
            Basic($"{path}.branch3x3dbl_3a", 384, 384, 1, 3);
            Basic($"{path}.branch3x3dbl_3b", 384, 384, 3, 1);
            Basic($"{path}.branch_pool", inputs, 192, 1);
        }
        Linear("fc", 2048, 1000);
    }

    private void Triple(string path, int inputs)
    {
        Basic($"{path}.branch3x3dbl_1", inputs, 64, 1);
        Basic($"{path}.branch3x3dbl_2", 64, 96, 3);
        Basic($"{path}.branch3x3dbl_3", 96, 96, 3);
    }

    private void ShuffleNet(params int[] sizes)
    {
        ConvNorm("conv1.0", "conv1.1", 3, sizes[0], 3);
        for (int stage = 1; stage <= 3; stage++)
            for (int block = 0; block < (stage == 2 ? 8 : 4); block++)
            {
                (string path, int half, int inputs) = ($"stage{stage + 1}.{block}", sizes[stage] / 2, sizes[stage - 1]);
                if (block == 0)
                {
                    ConvNorm($"{path}.branch1.0", $"{path}.branch1.1", inputs, inputs, 3, inputs);
                    ConvNorm($"{path}.branch1.2", $"{path}.branch1.3", inputs, half, 1);
                }
                ConvNorm($"{path}.branch2.0", $"{path}.branch2.1", block == 0 ? inputs : half, half, 1);
                ConvNorm($"{path}.branch2.3", $"{path}.branch2.4", half, half, 3, half);
                ConvNorm($"{path}.branch2.5", $"{path}.branch2.6", half, half, 1);
            }
        ConvNorm("conv5.0", "conv5.1", sizes[3], sizes[4], 1);
        Linear("fc", sizes[4], 1000);
    }
}
