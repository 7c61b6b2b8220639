namespace QuantPS.OracleTests.Oracle;

/// <summary>The source of a script module with a method for each operator.</summary>
/// <remarks>
/// Attributes come as a tensor of integers <c>i</c> and one of reals <c>r</c>. A quantized input is its codes with its scale and zero point;
/// layout 2 makes it channels last, 0 leaves it in NCHW order.
/// </remarks>
internal static class OperatorSource
{
    public const string Text = """
          __parameters__ = []
          __buffers__ = []
          training : bool
          def __getstate__(self: __torch__.M) -> List[Tensor]:
            return annotate(List[Tensor], [])
          def __setstate__(self: __torch__.M, state: List[Tensor]) -> NoneType:
            self.training = False
            return None
          def make(self: __torch__.M, x: Tensor, scale: float, zero_point: int, layout: int) -> Tensor:
            q = torch._make_per_tensor_quantized_tensor(x, scale, zero_point)
            if layout == 2:
              y = torch.contiguous(q, memory_format=2)
            else:
              y = q
            return y
          def make_weight(self: __torch__.M, w: Tensor, scales: Tensor, per_channel: int) -> Tensor:
            if per_channel == 1:
              q = torch._make_per_channel_quantized_tensor(w, scales, torch.zeros_like(scales, dtype=4), 0)
            else:
              q = torch._make_per_tensor_quantized_tensor(w, float(scales[0]), 0)
            return q
          def conv2d(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor, w: Tensor, scales: Tensor, bias: Optional[Tensor]) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], a[1])
            weight = self.make_weight(w, scales, a[4])
            packed = ops.quantized.conv2d_prepack(weight, bias, [a[5], a[6]], [a[7], a[8]], [a[9], a[10]], a[11])
            if a[3] == 1:
              y = ops.quantized.conv2d_relu(q, packed, s[1], a[2])
            else:
              y = ops.quantized.conv2d(q, packed, s[1], a[2])
            return torch.int_repr(y)
          def linear(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor, w: Tensor, scales: Tensor, bias: Optional[Tensor]) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], 0)
            packed = ops.quantized.linear_prepack(self.make_weight(w, scales, a[4]), bias)
            if a[3] == 1:
              y = ops.quantized.linear_relu(q, packed, s[1], a[2])
            else:
              y = ops.quantized.linear(q, packed, s[1], a[2])
            return torch.int_repr(y)
          def linear_dynamic(self: __torch__.M, x: Tensor, i: Tensor, w: Tensor, scales: Tensor, bias: Optional[Tensor]) -> Tensor:
            a = annotate(List[int], i.tolist())
            packed = ops.quantized.linear_prepack(self.make_weight(w, scales, a[1]), bias)
            return ops.quantized.linear_dynamic(x, packed, a[0] == 1)
          def batch_norm2d(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, var: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], a[1])
            if a[3] == 1:
              y = ops.quantized.batch_norm2d_relu(q, weight, bias, mean, var, s[2], s[1], a[2])
            else:
              y = ops.quantized.batch_norm2d(q, weight, bias, mean, var, s[2], s[1], a[2])
            return torch.int_repr(y)
          def add(self: __torch__.M, x: Tensor, x2: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], a[1])
            q2 = self.make(x2, s[2], a[4], a[1])
            if a[3] == 1:
              y = ops.quantized.add_relu(q, q2, s[1], a[2])
            else:
              y = ops.quantized.add(q, q2, s[1], a[2])
            return torch.int_repr(y)
          def mul(self: __torch__.M, x: Tensor, x2: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], a[1])
            q2 = self.make(x2, s[2], a[4], a[1])
            if a[3] == 1:
              y = ops.quantized.mul_relu(q, q2, s[1], a[2])
            elif a[3] == 2:
              y = ops.quantized.mul(torch.slice(torch.slice(q, 2, 0, 1, 1), 3, 0, 1, 1), q2, s[1], a[2])
            else:
              y = ops.quantized.mul(q, q2, s[1], a[2])
            return torch.int_repr(y)
          def hardswish(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            return torch.int_repr(ops.quantized.hardswish(self.make(x, s[0], a[0], a[1]), s[1], a[2]))
          def hardsigmoid(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            return torch.int_repr(torch.hardsigmoid(self.make(x, float(r[0]), a[0], a[1])))
          def sigmoid(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            return torch.int_repr(torch.sigmoid(self.make(x, float(r[0]), a[0], a[1])))
          def mean(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            return torch.int_repr(torch.mean(q, [2, 3], a[2] == 1, dtype=None))
          def shuffled_half(self: __torch__.M, x: Tensor, x2: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = ops.quantized.cat([self.make(x, s[0], a[0], a[1]), self.make(x2, s[2], a[4], a[1])], 1, s[1], a[2])
            n = torch.size(q)
            v = torch.view(torch.contiguous(q), [n[0], 2, n[1] // 2, n[2], n[3]])
            y = torch.view(torch.contiguous(torch.transpose(v, 1, 2)), [n[0], -1, n[2], n[3]])
            parts = torch.chunk(y, 2, 1)
            return torch.int_repr(parts[a[3]])
          def relu(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            if a[2] == 6:
              y = ops.quantized.relu6(q, False)
            else:
              y = torch.relu(q)
            return torch.int_repr(y)
          def max_pool2d(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            return torch.int_repr(torch.max_pool2d(q, [a[2], a[3]], [a[4], a[5]], [a[6], a[7]], [a[8], a[9]], a[10] == 1))
          def avg_pool2d(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            return torch.int_repr(torch.avg_pool2d(q, [a[2], a[3]], [a[4], a[5]], [a[6], a[7]], a[8] == 1, a[9] == 1, None))
          def adaptive_avg_pool2d(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            return torch.int_repr(torch.adaptive_avg_pool2d(q, [a[2], a[3]]))
          def flatten(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            return torch.int_repr(torch.flatten(self.make(x, float(r[0]), a[0], a[1]), 1))
          def pad(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            q = self.make(x, float(r[0]), a[0], a[1])
            return torch.int_repr(torch.constant_pad_nd(q, [a[2], a[3], a[4], a[5], a[6], a[7]], 0))
          def cat(self: __torch__.M, x: Tensor, x2: Tensor, r: Tensor, i: Tensor) -> Tensor:
            a = annotate(List[int], i.tolist())
            s = annotate(List[float], r.tolist())
            q = self.make(x, s[0], a[0], a[1])
            q2 = self.make(x2, s[2], a[4], a[1])
            return torch.int_repr(ops.quantized.cat([q, q2], a[3], s[1], a[2]))
          def quantize(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            return torch.int_repr(torch.quantize_per_tensor(x, float(r[0]), int(i[0]), 13))
          def dequantize(self: __torch__.M, x: Tensor, r: Tensor, i: Tensor) -> Tensor:
            return torch.dequantize(self.make(x, float(r[0]), int(i[0]), 0))

        """;
}
