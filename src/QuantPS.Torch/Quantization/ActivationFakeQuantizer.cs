using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>Observes one activation and rounds it to what codes from 0 to a maximum can hold; by a fixed scale, it observes nothing.</summary>
internal sealed class ActivationFakeQuantizer(int maximumCode, QuantParams? decided = null) : IFakeQuantizer
{
    private readonly MovingAverageMinMaxObserver _observer = new();

    public ImmutableArray<QuantRange> Ranges => _observer.HasData ? [_observer.Range()] : [];

    // The first values that an observer sees become its range.
    public void Restore(ImmutableArray<QuantRange> ranges) => _observer.Observe([ranges[0].Minimum, ranges[0].Maximum]);

    public torch.Tensor Apply(torch.Tensor value, bool observe, bool round = true)
    {
        if (observe && decided is null) Observe(value);
        if (!round || decided is null && !_observer.HasData) return value;

        QuantParams parameters = decided ?? _observer.Calculate(maximumCode);
        (float step, int first, int last) = (parameters.Scale, -parameters.ZeroPoint, maximumCode - parameters.ZeroPoint);
        using Scalar low = first, high = last, scale = step, inverse = 1f / step;
        // The gradient passes where the value rounds to a code within the range: up to half a step beyond its ends.
        using Scalar lowest = (first - 0.5) * step, highest = (last + 0.5) * step;
        // libtorch's fake_quantize works element by element. These are its formula and its gradient in vectorized operators, several times
        // as fast: the rounded values replace the result's data, which the gradient of hardtanh does not look at.
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor result = QuantizationScript.HardTanh(value, lowest, highest);
        using (torch.no_grad()) result.mul_(inverse).round_().clamp_(low, high).mul_(scale);
        return result.MoveToOuterDisposeScope();
    }

    private void Observe(torch.Tensor value)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradients = torch.no_grad();
        // Images are kept channels last; in this order they are contiguous, and aminmax makes no copy.
        (torch.Tensor minimum, torch.Tensor maximum) = (value.dim() == 4 ? value.permute(0, 2, 3, 1) : value).aminmax();
        _observer.Observe([minimum.item<float>(), maximum.item<float>()]);
    }

    public void Dispose() { }
}
