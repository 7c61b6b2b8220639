using QuantPS.Engine;
using TorchSharp;

namespace QuantPS.OracleTests.Training;

/// <summary>libtorch's own fake quantization.</summary>
internal static class LibtorchFakeQuantize
{
    private static readonly torch.jit.CompilationUnit Script = torch.jit.compile("""
        def activation(x, scale, zero_point, maximum: int):
            return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, 0, maximum)
        def weight(x, scale, zero_point):
            return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, -128, 127)
        def weight_per_channel(x, scale, zero_point):
            return torch.fake_quantize_per_channel_affine(x, scale, zero_point, 0, -128, 127)
        def fused(x, on, low, high, scale, zero_point, first: int, last: int, axis: int, per_channel: bool, symmetric: bool):
            return torch.fused_moving_avg_obs_fake_quant(x, on, on, low, high, scale, zero_point, 0.01, first, last, axis, per_channel, symmetric)

        """);

    public static torch.Tensor Activation(torch.Tensor value, QuantParams parameters, int maximumCode) => (torch.Tensor)Script.invoke(
        "activation", value, torch.tensor(parameters.Scale), torch.tensor(parameters.ZeroPoint, torch.int32), maximumCode);

    /// <summary>A weight by its own range. All gradients pass: whether libtorch drops that of the largest weight hangs on the last bit.</summary>
    public static torch.Tensor Weight(torch.Tensor weight, bool perChannel)
    {
        torch.Tensor result = weight.clone();
        using IDisposable noGradients = torch.no_grad();
        torch.Tensor flat = perChannel ? weight.flatten(1) : weight.reshape(1, -1);
        torch.Tensor low = flat.amin([1]).clamp_max(0), high = flat.amax([1]).clamp_min(0);
        torch.Tensor scale = (torch.maximum(-low, high) / ((127 - -128) / 2f)).clamp_min(1.1920929e-7f);
        result.copy_((torch.Tensor)Script.invoke(perChannel ? "weight_per_channel" : "weight", weight, scale, torch.zeros(scale.shape, torch.int32)));
        return result;
    }

    /// <summary>What <c>FusedMovingAvgObsFakeQuantize</c> holds and does (torch/ao/quantization/fake_quantize.py).</summary>
    public sealed class Fused(int channels, int first, int last, bool symmetric)
    {
        private readonly torch.Tensor _on = torch.ones(1, torch.int64), _scale = torch.ones(channels), _zeroPoint = torch.zeros(channels, torch.int32);

        public torch.Tensor Low { get; } = torch.full(channels, float.PositiveInfinity);

        public torch.Tensor High { get; } = torch.full(channels, float.NegativeInfinity);

        public torch.Tensor Apply(torch.Tensor value) => (torch.Tensor)Script.invoke(
            "fused", value, _on, Low, High, _scale, _zeroPoint, first, last, channels > 1 ? 0 : -1, channels > 1, symmetric);
    }
}
