using QuantPS.Engine;
using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace QuantPS.OracleTests.Networks;

/// <summary>
/// The forward passes of torchvision/models in libtorch's float operators, with parameters by the names that they have there: written
/// down from its modules, and not from our graphs.
/// </summary>
internal sealed class TorchVision
{
    private readonly Dictionary<string, Tensor> _parameters;
    private double _epsilon = 1e-5;

    public TorchVision(IReadOnlyDictionary<string, QuantPS.Engine.Tensor> parameters) => _parameters = parameters
        .Where(parameter => parameter.Value.Element == ElementType.Float32).ToDictionary(
            parameter => parameter.Key,
            parameter => torch.tensor(parameter.Value.ToFloats(), [.. parameter.Value.Shape.Select(size => (long)size)]));

    /// <summary>The names of the parameters that a forward pass took.</summary>
    public HashSet<string> Taken { get; } = [];

    public Tensor Forward(string name, Tensor x) => name switch
    {
        "mobilenet_v2" => MobileNetV2(x),
        "mobilenet_v3_large" => MobileNetV3(x),
        "resnet18" => ResNet(x, [2, 2, 2, 2], BasicBlock),
        "resnet50" => ResNet(x, [3, 4, 6, 3], (path, y, stride) => Bottleneck(path, y, stride, 1)),
        "resnext101_32x8d" => ResNet(x, [3, 4, 23, 3], (path, y, stride) => Bottleneck(path, y, stride, 32)),
        "resnext101_64x4d" => ResNet(x, [3, 4, 23, 3], (path, y, stride) => Bottleneck(path, y, stride, 64)),
        "inception_v3" => Inception(x),
        "googlenet" => GoogLeNet(x),
        _ when name.StartsWith("shufflenet_v2", StringComparison.Ordinal) => ShuffleNet(x),
        _ => throw new ArgumentException(name),
    };

    private Tensor this[string name]
    {
        get
        {
            Taken.Add(name);
            return _parameters[name];
        }
    }

    private Tensor Conv(string path, Tensor x, long stride = 1, long padding = 0, long groups = 1, bool bias = false) =>
        functional.conv2d(x, this[$"{path}.weight"], bias ? this[$"{path}.bias"] : null, [stride, stride], [padding, padding], [1, 1], groups);

    private Tensor Norm(string path, Tensor x) => functional.batch_norm(
        x, this[$"{path}.running_mean"], this[$"{path}.running_var"], this[$"{path}.weight"], this[$"{path}.bias"], false, 0.1, _epsilon);

    private Tensor Linear(string path, Tensor x) => functional.linear(x, this[$"{path}.weight"], this[$"{path}.bias"]);

    private static Tensor MaxPool(Tensor x, long kernel, long stride, long padding = 0, bool ceil = false) =>
        functional.max_pool2d(x, [kernel, kernel], [stride, stride], [padding, padding], null, ceil);

    private static Tensor GlobalPool(Tensor x) => functional.adaptive_avg_pool2d(x, 1L);

    private Tensor ResNet(Tensor x, int[] layers, Func<string, Tensor, long, Tensor> block)
    {
        x = MaxPool(Norm("bn1", Conv("conv1", x, 2, 3)).relu(), 3, 2, 1);
        for (int layer = 1; layer <= 4; layer++)
            for (int i = 0; i < layers[layer - 1]; i++) x = block($"layer{layer}.{i}", x, layer > 1 && i == 0 ? 2 : 1);
        return Linear("fc", GlobalPool(x).flatten(1));
    }

    private Tensor BasicBlock(string path, Tensor x, long stride)
    {
        Tensor y = Norm($"{path}.bn1", Conv($"{path}.conv1", x, stride, 1)).relu();
        return (Norm($"{path}.bn2", Conv($"{path}.conv2", y, 1, 1)) + Shortcut(path, x, stride)).relu();
    }

    private Tensor Bottleneck(string path, Tensor x, long stride, long groups)
    {
        Tensor y = Norm($"{path}.bn1", Conv($"{path}.conv1", x)).relu();
        y = Norm($"{path}.bn2", Conv($"{path}.conv2", y, stride, 1, groups)).relu();
        return (Norm($"{path}.bn3", Conv($"{path}.conv3", y)) + Shortcut(path, x, stride)).relu();
    }

    private Tensor Shortcut(string path, Tensor x, long stride) => _parameters.ContainsKey($"{path}.downsample.0.weight")
        ? Norm($"{path}.downsample.1", Conv($"{path}.downsample.0", x, stride))
        : x;

    private Tensor MobileNetV2(Tensor x)
    {
        x = Norm("features.0.1", Conv("features.0.0", x, 2, 1)).relu6();
        long[] strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];
        for (int i = 1; i <= 17; i++)
        {
            (string path, Tensor y, int at) = ($"features.{i}.conv", x, 0);
            if (i > 1) y = Norm($"{path}.0.1", Conv($"{path}.{at++}.0", y)).relu6();
            y = Norm($"{path}.{at}.1", Conv($"{path}.{at}.0", y, strides[i - 1], 1, y.shape[1])).relu6();
            y = Norm($"{path}.{at + 2}", Conv($"{path}.{at + 1}", y));
            x = strides[i - 1] == 1 && x.shape[1] == y.shape[1] ? x + y : y;
        }
        x = Norm("features.18.1", Conv("features.18.0", x)).relu6();
        return Linear("classifier.1", GlobalPool(x).flatten(1));
    }

    private Tensor MobileNetV3(Tensor x)
    {
        _epsilon = 1e-3;
        x = functional.hardswish(Norm("features.0.1", Conv("features.0.0", x, 2, 1)));
        // The kernel, the stride, and whether there is squeeze-and-excitation and hardswish.
        (long Kernel, long Stride, bool Squeezes, bool Swishes)[] rows =
        [
            (3, 1, false, false), (3, 2, false, false), (3, 1, false, false), (5, 2, true, false), (5, 1, true, false), (5, 1, true, false),
            (3, 2, false, true), (3, 1, false, true), (3, 1, false, true), (3, 1, false, true), (3, 1, true, true), (3, 1, true, true),
            (5, 2, true, true), (5, 1, true, true), (5, 1, true, true),
        ];
        for (int i = 1; i <= rows.Length; i++)
        {
            (long kernel, long stride, bool squeezes, bool swishes) = rows[i - 1];
            (string path, Tensor y, int at) = ($"features.{i}.block", x, 0);
            Tensor Active(Tensor z) => swishes ? functional.hardswish(z) : z.relu();
            if (i > 1) y = Active(Norm($"{path}.0.1", Conv($"{path}.{at++}.0", y)));
            y = Active(Norm($"{path}.{at}.1", Conv($"{path}.{at++}.0", y, stride, kernel / 2, y.shape[1])));
            if (squeezes)
            {
                Tensor scale = Conv($"{path}.{at}.fc1", GlobalPool(y), bias: true).relu();
                y *= functional.hardsigmoid(Conv($"{path}.{at++}.fc2", scale, bias: true));
            }
            y = Norm($"{path}.{at}.1", Conv($"{path}.{at}.0", y));
            x = stride == 1 && x.shape[1] == y.shape[1] ? x + y : y;
        }
        x = functional.hardswish(Norm("features.16.1", Conv("features.16.0", x)));
        return Linear("classifier.3", functional.hardswish(Linear("classifier.0", GlobalPool(x).flatten(1))));
    }

    private Tensor ShuffleNet(Tensor x)
    {
        x = MaxPool(Norm("conv1.1", Conv("conv1.0", x, 2, 1)).relu(), 3, 2, 1);
        for (int stage = 2; stage <= 4; stage++)
            for (int block = 0; block < (stage == 3 ? 8 : 4); block++)
            {
                string path = $"stage{stage}.{block}";
                Tensor first, second;
                if (block == 0)
                {
                    (first, second) = (Norm($"{path}.branch1.1", Conv($"{path}.branch1.0", x, 2, 1, x.shape[1])), x);
                    first = Norm($"{path}.branch1.3", Conv($"{path}.branch1.2", first)).relu();
                }
                else
                {
                    Tensor[] halves = x.chunk(2, 1);
                    (first, second) = (halves[0], halves[1]);
                }
                second = Norm($"{path}.branch2.1", Conv($"{path}.branch2.0", second)).relu();
                second = Norm($"{path}.branch2.4", Conv($"{path}.branch2.3", second, block == 0 ? 2 : 1, 1, second.shape[1]));
                second = Norm($"{path}.branch2.6", Conv($"{path}.branch2.5", second)).relu();
                Tensor joined = torch.cat([first, second], 1);
                long[] size = joined.shape;
                x = joined.view(size[0], 2, size[1] / 2, size[2], size[3]).transpose(1, 2).contiguous().view(size[0], -1, size[2], size[3]);
            }
        x = Norm("conv5.1", Conv("conv5.0", x)).relu();
        return Linear("fc", x.mean([2, 3]));
    }

    private Tensor Basic(string path, Tensor x, long stride = 1, long height = 0, long? width = null) => Norm($"{path}.bn",
        functional.conv2d(x, this[$"{path}.conv.weight"], null, [stride, stride], [height, width ?? height])).relu();

    // x * (0.229 / 0.5) + (0.485 - 0.5) / 0.5 for red, and so on.
    private static Tensor Transformed(Tensor x)
    {
        (double Scale, double Shift)[] channels = [(0.229 / 0.5, (0.485 - 0.5) / 0.5), (0.224 / 0.5, (0.456 - 0.5) / 0.5), (0.225 / 0.5, (0.406 - 0.5) / 0.5)];
        return torch.cat([.. channels.Select((channel, i) => x.narrow(1, i, 1) * channel.Scale + channel.Shift)], 1);
    }

    private Tensor GoogLeNet(Tensor x)
    {
        _epsilon = 1e-3;
        x = MaxPool(Basic("conv1", Transformed(x), 2, 3), 3, 2, ceil: true);
        x = MaxPool(Basic("conv3", Basic("conv2", x), 1, 1), 3, 2, ceil: true);
        foreach (string name in "3a 3b 4a 4b 4c 4d 4e 5a 5b".Split(' '))
        {
            string path = $"inception{name}";
            if (name == "4a") x = MaxPool(x, 3, 2, ceil: true);
            if (name == "5a") x = MaxPool(x, 2, 2, ceil: true);
            x = torch.cat(
            [
                Basic($"{path}.branch1", x),
                Basic($"{path}.branch2.1", Basic($"{path}.branch2.0", x), 1, 1),
                Basic($"{path}.branch3.1", Basic($"{path}.branch3.0", x), 1, 1),
                Basic($"{path}.branch4.1", MaxPool(x, 3, 1, 1, ceil: true)),
            ], 1);
        }
        return Linear("fc", GlobalPool(x).flatten(1));
    }

    private Tensor Inception(Tensor x)
    {
        _epsilon = 1e-3;
        x = Basic("Conv2d_2b_3x3", Basic("Conv2d_2a_3x3", Basic("Conv2d_1a_3x3", Transformed(x), 2)), 1, 1);
        x = MaxPool(Basic("Conv2d_4a_3x3", Basic("Conv2d_3b_1x1", MaxPool(x, 3, 2))), 3, 2);
        foreach (string name in new[] { "Mixed_5b", "Mixed_5c", "Mixed_5d" }) x = InceptionA(name, x);
        x = torch.cat([Basic("Mixed_6a.branch3x3", x, 2), Double("Mixed_6a", x, 2, 0), MaxPool(x, 3, 2)], 1);
        foreach (string name in new[] { "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e" }) x = InceptionC(name, x);
        x = InceptionD("Mixed_7a", x);
        foreach (string name in new[] { "Mixed_7b", "Mixed_7c" }) x = InceptionE(name, x);
        return Linear("fc", GlobalPool(x).flatten(1));
    }

    private Tensor Double(string path, Tensor x, long stride, long padding) =>
        Basic($"{path}.branch3x3dbl_3", Basic($"{path}.branch3x3dbl_2", Basic($"{path}.branch3x3dbl_1", x), 1, 1), stride, padding);

    private Tensor Pooled(string path, Tensor x) => Basic($"{path}.branch_pool", functional.avg_pool2d(x, [3, 3], [1, 1], [1, 1]));

    private Tensor InceptionA(string path, Tensor x) => torch.cat(
    [
        Basic($"{path}.branch1x1", x), Basic($"{path}.branch5x5_2", Basic($"{path}.branch5x5_1", x), 1, 2), Double(path, x, 1, 1), Pooled(path, x),
    ], 1);

    private Tensor InceptionC(string path, Tensor x)
    {
        Tensor once = Basic($"{path}.branch7x7_2", Basic($"{path}.branch7x7_1", x), 1, 0, 3);
        Tensor twice = Basic($"{path}.branch7x7dbl_2", Basic($"{path}.branch7x7dbl_1", x), 1, 3, 0);
        twice = Basic($"{path}.branch7x7dbl_4", Basic($"{path}.branch7x7dbl_3", twice, 1, 0, 3), 1, 3, 0);
        return torch.cat(
        [
            Basic($"{path}.branch1x1", x), Basic($"{path}.branch7x7_3", once, 1, 3, 0), Basic($"{path}.branch7x7dbl_5", twice, 1, 0, 3), Pooled(path, x),
        ], 1);
    }

    private Tensor InceptionD(string path, Tensor x)
    {
        Tensor wide = Basic($"{path}.branch7x7x3_2", Basic($"{path}.branch7x7x3_1", x), 1, 0, 3);
        wide = Basic($"{path}.branch7x7x3_4", Basic($"{path}.branch7x7x3_3", wide, 1, 3, 0), 2);
        return torch.cat([Basic($"{path}.branch3x3_2", Basic($"{path}.branch3x3_1", x), 2), wide, MaxPool(x, 3, 2)], 1);
    }

    private Tensor InceptionE(string path, Tensor x)
    {
        Tensor once = Basic($"{path}.branch3x3_1", x);
        Tensor twice = Basic($"{path}.branch3x3dbl_2", Basic($"{path}.branch3x3dbl_1", x), 1, 1);
        return torch.cat(
        [
            Basic($"{path}.branch1x1", x),
            Basic($"{path}.branch3x3_2a", once, 1, 0, 1), Basic($"{path}.branch3x3_2b", once, 1, 1, 0),
            Basic($"{path}.branch3x3dbl_3a", twice, 1, 0, 1), Basic($"{path}.branch3x3dbl_3b", twice, 1, 1, 0),
            Pooled(path, x),
        ], 1);
    }
}
