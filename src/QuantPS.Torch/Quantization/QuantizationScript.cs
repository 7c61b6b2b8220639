using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>An operator of libtorch that TorchSharp does not reach rightly (its <c>hardtanh</c> gives back its input), by way of TorchScript.</summary>
/// <remarks>A name that libtorch does not know would end the process: only names that the tests call may stand here.</remarks>
internal static class QuantizationScript
{
    private static readonly torch.jit.CompilationUnit Script = torch.jit.compile("""
        def hardtanh(value, low: float, high: float):
            return torch.hardtanh(value, low, high)

        """);

    /// <summary>min(max(x, low), high), with gradients for what lies between.</summary>
    public static torch.Tensor HardTanh(torch.Tensor value, Scalar low, Scalar high) => (torch.Tensor)Script.invoke("hardtanh", value, low, high);
}
