using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Training;
using TorchSharp;
using static TorchSharp.torch.nn;
using Parameter = TorchSharp.Modules.Parameter;

namespace QuantPS.OracleTests.Training;

/// <summary>
/// The graph of <see cref="SmallNetwork.Model"/> written out in libtorch's operators, with the fused modules of PyTorch's QAT
/// (torch/ao/nn/intrinsic/qat/modules/conv_fused.py) where a qconfig is given.
/// </summary>
internal sealed class ReferenceNetwork
{
    private const double AveragingConstant = 0.01;
    private readonly QConfig? _qconfig;
    private readonly Dictionary<string, torch.Tensor> _tensors;

    private readonly Dictionary<string, LibtorchFakeQuantize.Fused>? _fused;

    public ReferenceNetwork(Graph graph, QConfig? qconfig, bool fused = false)
    {
        _qconfig = qconfig;
        if (fused) _fused = [];
        _tensors = graph.Constants.Where(constant => constant.Value.Element == ElementType.Float32)
            .ToDictionary(constant => constant.Key, constant => torch.tensor(constant.Value.ToFloats(), [.. constant.Value.Shape.Select(size => (long)size)]));
        string[] names = ["conv1.weight", "bn1.weight", "bn1.bias", "conv2.weight", "conv2.bias", "bn2.weight", "bn2.bias", "fc.weight", "fc.bias"];
        foreach (string name in names) _tensors[name] = new Parameter(_tensors[name]);
        Parameters = [.. names.Select(name => (Parameter)_tensors[name])];
    }

    public Parameter[] Parameters { get; }

    public Dictionary<string, QuantRange> Ranges { get; } = [];

    public torch.Tensor this[string name] => _tensors[name];

    public torch.Tensor Forward(torch.Tensor x)
    {
        x = Observed("x", x);
        torch.Tensor first = Observed("relu1", ConvBn("conv1", "bn1", x).relu());
        torch.Tensor second = Observed("bn2", ConvBn("conv2", "bn2", first));
        torch.Tensor sum = Observed("relu2", (second + first).relu());
        torch.Tensor pooled = functional.max_pool2d(sum, [2, 2], [2, 2]).flatten(1);
        return Observed("fc", functional.linear(pooled, Weight("fc.weight", this["fc.weight"]), this["fc.bias"]));
    }

    private torch.Tensor ConvBn(string conv, string norm, torch.Tensor x)
    {
        torch.Tensor y;
        if (_qconfig is null)
        {
            y = functional.conv2d(x, this[$"{conv}.weight"], null, [1, 1], [1, 1]);
        }
        else
        {
            torch.Tensor factor = this[$"{norm}.weight"] / (this[$"{norm}.running_var"] + 1e-5).sqrt();
            torch.Tensor weight = Weight($"{conv}.weight", this[$"{conv}.weight"] * factor.reshape(-1, 1, 1, 1));
            y = functional.conv2d(x, weight, null, [1, 1], [1, 1]) / factor.reshape(1, -1, 1, 1);
        }
        if (_tensors.TryGetValue($"{conv}.bias", out torch.Tensor? bias)) y = y + bias.reshape(1, -1, 1, 1);
        return functional.batch_norm(y, this[$"{norm}.running_mean"], this[$"{norm}.running_var"], this[$"{norm}.weight"], this[$"{norm}.bias"],
            training: true, momentum: 0.1, eps: 1e-5);
    }

    /// <summary>The range that the fused operator of a value or weight holds: one, or one a channel.</summary>
    public IEnumerable<QuantRange> FusedRanges(string name) =>
        _fused![name].Low.data<float>().ToArray().Zip(_fused[name].High.data<float>().ToArray(), (low, high) => new QuantRange(low, high));

    private torch.Tensor Weight(string name, torch.Tensor weight) => _qconfig is null ? weight
        : _fused is not null ? Fused(name, weight, _qconfig.PerChannelWeights ? (int)weight.shape[0] : 1, -128, 127, symmetric: true)
        : LibtorchFakeQuantize.Weight(weight, _qconfig.PerChannelWeights);

    private torch.Tensor Fused(string name, torch.Tensor value, int channels, int first, int last, bool symmetric)
    {
        if (!_fused!.TryGetValue(name, out LibtorchFakeQuantize.Fused? fused)) _fused.Add(name, fused = new(channels, first, last, symmetric));
        return fused.Apply(value);
    }

    private torch.Tensor Observed(string name, torch.Tensor value)
    {
        if (_qconfig is null) return value;
        if (_fused is not null) return Fused(name, value, 1, 0, _qconfig.MaximumCode, symmetric: false);
        (float low, float high) = (value.min().item<float>(), value.max().item<float>());
        Ranges[name] = !Ranges.TryGetValue(name, out QuantRange before) ? new(low, high) : new(
            (float)(before.Minimum + AveragingConstant * (low - before.Minimum)), (float)(before.Maximum + AveragingConstant * (high - before.Maximum)));
        return LibtorchFakeQuantize.Activation(value, QuantFormula.Affine(Ranges[name], _qconfig.MaximumCode), _qconfig.MaximumCode);
    }
}
