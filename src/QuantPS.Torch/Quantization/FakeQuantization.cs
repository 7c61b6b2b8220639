using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>
/// The rounding of a plan's values and weights to what their codes can hold while the network is trained
/// (torch/ao/quantization/fake_quantize.py), with gradients that pass where a value lies within the codes' range.
/// </summary>
internal sealed class FakeQuantization
{
    /// <summary>The smallest scale, as PyTorch's observers have it.</summary>
    public const float Epsilon = 1.1920929e-7f;

    private readonly QuantizationPlan _plan;
    private readonly bool _perChannel;
    private readonly Dictionary<string, ActivationFakeQuantizer> _activations;

    public FakeQuantization(QuantizationPlan plan, QConfig config)
    {
        (_plan, _perChannel) = (plan, config.PerChannelWeights);
        _activations = plan.Observed.ToDictionary(value => value, _ => new ActivationFakeQuantizer(config.MaximumCode));
        // Codes of a fixed scale use the whole range, whatever the others do.
        foreach ((string value, QuantParams parameters) in plan.Fixed) _activations.Add(value, new ActivationFakeQuantizer(byte.MaxValue, parameters));
    }

    /// <summary>Whether a value has codes of its own.</summary>
    public bool Observes(string value) => _activations.ContainsKey(value);

    /// <summary>Whether a constant becomes int8.</summary>
    public bool HasWeight(string constant) => _plan.Weights.ContainsKey(constant);

    /// <summary>The value as its codes will hold it, or as it is where the plan gives it none.</summary>
    public torch.Tensor Activation(string name, torch.Tensor value, bool observe) =>
        _activations.TryGetValue(name, out ActivationFakeQuantizer? quantizer) ? quantizer.Apply(value, observe) : value;

    /// <summary>
    /// The weight as int8 codes will hold it, by the range that it has now: <see cref="QuantFormula.Symmetric"/>, which the conversion
    /// uses, too.
    /// </summary>
    /// <remarks>
    /// All gradients pass: no weight lies beyond its own range. (The largest one falls on 127.5 steps; libtorch drops its gradient where
    /// that happens to be rounded up.)
    /// </remarks>
    public torch.Tensor Weight(torch.Tensor weight)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor result = weight.clone();
        using (torch.no_grad())
        {
            torch.Tensor magnitude = weight.abs();
            torch.Tensor largest = _perChannel ? magnitude.flatten(1).amax([1]).reshape([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]) : magnitude.max();
            torch.Tensor scale = (largest / 127.5f).clamp_min(Epsilon);
            result.mul_(1f / scale).round_().clamp_(-128, 127).mul_(scale);
        }
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The range of every observed value that has seen data.</summary>
    public ImmutableDictionary<string, QuantRange> Ranges() => _activations
        .Where(activation => activation.Value.Observer.HasData)
        .ToImmutableDictionary(activation => activation.Key, activation => activation.Value.Observer.Range());
}
