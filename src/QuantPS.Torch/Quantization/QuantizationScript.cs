using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>Operators of libtorch that TorchSharp does not reach, or not rightly (its <c>hardtanh</c> gives back its input), by way of TorchScript.</summary>
/// <remarks>A name that libtorch does not know would end the process: only names that the tests call may stand here.</remarks>
internal static class QuantizationScript
{
    private static readonly torch.jit.CompilationUnit Script = torch.jit.compile("""
        def hardtanh(value, low: float, high: float):
            return torch.hardtanh(value, low, high)
        def fused_activation(value, observe, round, low, high, scale, zero_point, maximum: int):
            return torch.fused_moving_avg_obs_fake_quant(value, observe, round, low, high, scale, zero_point, 0.01, 0, maximum, -1, False, False)
        def fused_weight(value, observe, round, low, high, scale, zero_point, maximum: int):
            return torch.fused_moving_avg_obs_fake_quant(value, observe, round, low, high, scale, zero_point, 0.01, -128, maximum, -1, False, True)
        def fused_channel_weight(value, observe, round, low, high, scale, zero_point, maximum: int):
            return torch.fused_moving_avg_obs_fake_quant(value, observe, round, low, high, scale, zero_point, 0.01, -128, maximum, 0, True, True)

        """);

    /// <summary>What <see cref="FakeQuantize"/> rounds: affine codes from 0, or symmetric ones of a whole weight or of its output channels.</summary>
    public enum Fused
    {
        Activation,
        Weight,
        ChannelWeight,
    }

    /// <summary>min(max(x, low), high), with gradients for what lies between.</summary>
    public static torch.Tensor HardTanh(torch.Tensor value, Scalar low, Scalar high) => (torch.Tensor)Script.invoke("hardtanh", value, low, high);

    /// <summary><c>fused_moving_avg_obs_fake_quant</c> with the averaging constant 0.01; it changes the observer's four tensors in place.</summary>
    public static torch.Tensor FakeQuantize(Fused kind, torch.Tensor value, torch.Tensor observe, torch.Tensor round,
        torch.Tensor low, torch.Tensor high, torch.Tensor scale, torch.Tensor zeroPoint, int maximumCode)
    {
        string name = kind switch { Fused.Activation => "fused_activation", Fused.Weight => "fused_weight", _ => "fused_channel_weight" };
        return (torch.Tensor)Script.invoke(name, value, observe, round, low, high, scale, zeroPoint, maximumCode);
    }
}
