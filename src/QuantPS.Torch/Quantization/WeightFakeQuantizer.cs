using System.Collections.Immutable;
using QuantPS.Quantization;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>
/// Rounds a weight to int8 codes by the range that it has now: <see cref="QuantFormula.Symmetric"/>, which the conversion uses, too.
/// </summary>
/// <remarks>
/// All gradients pass: no weight lies beyond its own range. (The largest one falls on 127.5 steps; libtorch drops its gradient where
/// that happens to be rounded up.)
/// </remarks>
internal sealed class WeightFakeQuantizer(bool perChannel) : IFakeQuantizer
{
    public ImmutableArray<QuantRange> Ranges => [];

    public void Restore(ImmutableArray<QuantRange> ranges) { }

    public torch.Tensor Apply(torch.Tensor value, bool observe, bool round = true)
    {
        if (!round) return value;
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor result = value.clone();
        using (torch.no_grad())
        {
            torch.Tensor magnitude = value.abs();
            torch.Tensor largest = perChannel ? magnitude.flatten(1).amax([1]).reshape([-1, .. Enumerable.Repeat(1L, (int)value.dim() - 1)]) : magnitude.max();
            torch.Tensor step = (largest / 127.5f).clamp_min(FakeQuantization.Epsilon);
            result.mul_(1f / step).round_().clamp_(-128, 127).mul_(step);
        }
        return result.MoveToOuterDisposeScope();
    }

    public void Dispose() { }
}
