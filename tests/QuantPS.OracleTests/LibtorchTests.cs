using TorchSharp;

namespace QuantPS.OracleTests;

public sealed class LibtorchTests
{
    [Fact]
    public void Libtorch_loads_and_computes()
    {
        using torch.Tensor x = torch.tensor(new float[] { 1, 2, 3 });
        Assert.Equal(6f, x.sum().item<float>());
    }
}
