using System.Collections.Immutable;
using QuantPS.Quantization;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>
/// libtorch's own operator, <c>fused_moving_avg_obs_fake_quant</c>: what PyTorch's default qconfigs train with
/// (torch/ao/quantization/fake_quantize.py, <c>FusedMovingAvgObsFakeQuantize</c>).
/// </summary>
internal sealed class FusedFakeQuantizer : IFakeQuantizer
{
    private readonly QuantizationScript.Fused _kind;
    private readonly int _maximumCode;
    private readonly torch.Device _device;
    private readonly torch.Tensor _on, _off;
    private torch.Tensor? _low, _high, _scale, _zeroPoint;

    public FusedFakeQuantizer(QuantizationScript.Fused kind, int maximumCode, torch.Device device)
    {
        (_kind, _maximumCode, _device) = (kind, maximumCode, device);
        _on = torch.ones(1, torch.int64, device).DetachFromDisposeScope();
        _off = torch.zeros(1, torch.int64, device).DetachFromDisposeScope();
    }

    public ImmutableArray<QuantRange> Ranges
    {
        get
        {
            if (_low is null) return [];
            (float[] low, float[] high) = (TensorTransfer.ToManaged(_low).ToFloats(), TensorTransfer.ToManaged(_high!).ToFloats());
            return [.. low.Zip(high, (minimum, maximum) => new QuantRange(minimum, maximum))];
        }
    }

    public void Restore(ImmutableArray<QuantRange> ranges)
    {
        // The first values that an observer sees become its range.
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradients = torch.no_grad();
        Apply(torch.tensor([.. ranges.SelectMany(range => (float[])[range.Minimum, range.Maximum])], [ranges.Length, 2]).to(_device), observe: true);
    }

    public torch.Tensor Apply(torch.Tensor value, bool observe, bool round = true)
    {
        if (_low is null)
        {
            if (!observe) return value;
            long channels = _kind == QuantizationScript.Fused.ChannelWeight ? value.shape[0] : 1;
            _low = torch.full(channels, float.PositiveInfinity, device: _device).DetachFromDisposeScope();
            _high = torch.full(channels, float.NegativeInfinity, device: _device).DetachFromDisposeScope();
            _scale = torch.ones(channels, torch.float32, _device).DetachFromDisposeScope();
            _zeroPoint = torch.zeros(channels, torch.int32, _device).DetachFromDisposeScope();
        }
        return QuantizationScript.FakeQuantize(_kind, value, observe ? _on : _off, round ? _on : _off, _low, _high!, _scale!, _zeroPoint!, _maximumCode);
    }

    public void Dispose()
    {
        foreach (torch.Tensor? tensor in (ReadOnlySpan<torch.Tensor?>)[_on, _off, _low, _high, _scale, _zeroPoint]) tensor?.Dispose();
    }
}
