using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Torch.Network;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>
/// The rounding of a plan's values and weights to what their codes can hold while the network is trained
/// (torch/ao/quantization/fake_quantize.py), with gradients that pass where a value lies within the codes' range.
/// </summary>
internal sealed class FakeQuantization : IDisposable
{
    /// <summary>The smallest scale, as PyTorch's observers have it.</summary>
    public const float Epsilon = 1.1920929e-7f;

    private readonly Dictionary<string, IFakeQuantizer> _activations = [], _weights = [];

    /// <summary>Starts with nothing observed.</summary>
    /// <param name="plan">What is rounded.</param>
    /// <param name="config">To which codes.</param>
    /// <param name="pyTorchNumerics">Whether by PyTorch's fused operator, or by the formulas of the conversion.</param>
    /// <param name="device">Where the network is.</param>
    public FakeQuantization(QuantizationPlan plan, QConfig config, bool pyTorchNumerics = false, torch.Device? device = null)
    {
        (PyTorchNumerics, torch.Device at) = (pyTorchNumerics, device ?? torch.CPU);
        foreach (string value in plan.Observed)
            _activations.Add(value, pyTorchNumerics
                ? new FusedFakeQuantizer(QuantizationScript.Fused.Activation, config.MaximumCode, at)
                : new ActivationFakeQuantizer(config.MaximumCode));
        // Codes of a fixed scale use the whole range, whatever the others do.
        foreach ((string value, QuantParams parameters) in plan.Fixed) _activations.Add(value, new ActivationFakeQuantizer(byte.MaxValue, parameters));
        foreach (string constant in plan.Weights.Keys)
            _weights.Add(constant, pyTorchNumerics
                ? new FusedFakeQuantizer(config.PerChannelWeights ? QuantizationScript.Fused.ChannelWeight : QuantizationScript.Fused.Weight, sbyte.MaxValue, at)
                : new WeightFakeQuantizer(config.PerChannelWeights));
    }

    /// <summary>Whether PyTorch's fused operator rounds.</summary>
    public bool PyTorchNumerics { get; }

    /// <summary>Whether a value has codes of its own.</summary>
    public bool Observes(string value) => _activations.ContainsKey(value);

    /// <summary>Whether a constant becomes int8.</summary>
    public bool HasWeight(string constant) => _weights.ContainsKey(constant);

    /// <summary>The value as its codes will hold it, or as it is where the plan gives it none.</summary>
    public torch.Tensor Activation(string name, torch.Tensor value, ForwardMode mode) =>
        _activations.TryGetValue(name, out IFakeQuantizer? quantizer) ? quantizer.Apply(value, mode.Observe, !mode.Unrounded) : value;

    /// <summary>The weight, folded or not, as the codes of a constant will hold it.</summary>
    public torch.Tensor Weight(string constant, torch.Tensor weight, ForwardMode mode) => _weights[constant].Apply(weight, mode.Observe, !mode.Unrounded);

    /// <summary>What every observer holds that has seen data.</summary>
    public ImmutableDictionary<string, ImmutableArray<QuantRange>> Capture() => _activations.Concat(_weights)
        .Select(quantizer => KeyValuePair.Create(quantizer.Key, quantizer.Value.Ranges))
        .Where(observed => !observed.Value.IsEmpty)
        .ToImmutableDictionary();

    /// <summary>Goes back to what was captured.</summary>
    public void Restore(ImmutableDictionary<string, ImmutableArray<QuantRange>> ranges)
    {
        foreach ((string name, IFakeQuantizer quantizer) in _activations.Concat(_weights))
            if (ranges.TryGetValue(name, out ImmutableArray<QuantRange> observed)) quantizer.Restore(observed);
    }

    public void Dispose()
    {
        foreach (IFakeQuantizer quantizer in _activations.Values.Concat(_weights.Values)) quantizer.Dispose();
    }
}
