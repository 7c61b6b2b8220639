using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>Operators of libtorch that TorchSharp does not reach, or not rightly, by way of TorchScript.</summary>
/// <remarks>A name that libtorch does not know would end the process: only names that the tests call may stand here.</remarks>
internal static class QuantizationScript
{
    private static readonly torch.jit.CompilationUnit Script = torch.jit.compile("""
        def hardtanh(value, low: float, high: float):
            return torch.hardtanh(value, low, high)
        def per_tensor(weight, scale, zero_point):
            return torch.fake_quantize_per_tensor_affine(weight, scale, zero_point, -128, 127)
        def per_channel(weight, scale, zero_point):
            return torch.fake_quantize_per_channel_affine(weight, scale, zero_point, 0, -128, 127)

        """);

    /// <summary>min(max(x, low), high), with gradients for what lies between.</summary>
    public static torch.Tensor HardTanh(torch.Tensor value, Scalar low, Scalar high) => (torch.Tensor)Script.invoke("hardtanh", value, low, high);

    /// <summary>A weight rounded to symmetric qint8 codes.</summary>
    /// <param name="weight">The weight, output channels first.</param>
    /// <param name="scale">One scale, or one for each output channel.</param>
    /// <param name="perChannel">Which of both.</param>
    public static torch.Tensor FakeQuantize(torch.Tensor weight, torch.Tensor scale, bool perChannel) =>
        (torch.Tensor)Script.invoke(perChannel ? "per_channel" : "per_tensor", weight, scale, torch.zeros(scale.shape, torch.int32));
}
