using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Checkpoints;

/// <summary>In which order libtorch gives the weights of quantized convolutions back, which is the order that PyTorch saves them in.</summary>
public sealed class WeightOrderTests
{
    private const string Source = """
          __parameters__ = []
          __buffers__ = []
          training : bool
          def __getstate__(self: __torch__.M) -> List[Tensor]:
            return annotate(List[Tensor], [])
          def __setstate__(self: __torch__.M, state: List[Tensor]) -> NoneType:
            self.training = False
            return None
          def strides(self: __torch__.M, w: Tensor, scales: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            if a[0] == 1:
              q = torch._make_per_channel_quantized_tensor(w, scales, torch.zeros_like(scales, dtype=4), 0)
            else:
              q = torch._make_per_tensor_quantized_tensor(w, float(scales[0]), 0)
            packed = ops.quantized.conv2d_prepack(q, None, [1, 1], [0, 0], [1, 1], a[1])
            weight, bias, = ops.quantized.conv2d_unpack(packed)
            return torch.tensor([torch.stride(weight, 0), torch.stride(weight, 1), torch.stride(weight, 2), torch.stride(weight, 3)])

        """;

    // fbgemm gives them back with channels last, qnnpack does where that makes a difference; oneDNN, which PyTorch's default engine x86
    // uses on processors with VNNI, leaves them as they were made. Any order is read.
    [Theory]
    [InlineData(1, 8, 4, 3, 3)]
    [InlineData(1, 8, 4, 1, 1)]
    [InlineData(1, 8, 4, 1, 7)]
    [InlineData(8, 8, 1, 3, 3)]
    public void Weights_are_written_in_the_order_in_which_oneDNN_gives_them_back(int groups, params int[] sizes)
    {
        Libtorch.Require(QEngine.Onednn);
        Libtorch.Engine = QEngine.Onednn;
        using var module = new Libtorch(Source);
        HostTensor weight = HostTensor.From<sbyte>(new sbyte[sizes.Aggregate(1, (count, size) => count * size)], Array.ConvertAll(sizes, size => (long)size));
        foreach (int perChannel in new[] { 0, 1 })
            Assert.Equal(weight.Strides, module.Invoke<long>(
                "strides", weight, HostTensor.Reals([.. Enumerable.Repeat(0.5, 8)]), HostTensor.Integers(perChannel, groups)));
    }
}
