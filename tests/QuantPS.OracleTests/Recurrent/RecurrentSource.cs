namespace QuantPS.OracleTests.Recurrent;

/// <summary>The source of a script module that runs libtorch's recurrent modules, cells and embeddings.</summary>
/// <remarks>
/// A recurrent module takes a list: x, the hidden and the cell state (layers * directions, batch, size), attributes (layers, directions, biases,
/// reduce_range, which function), the scales of the weights, and the parameters. It gives output and states one behind another.
/// </remarks>
internal static class RecurrentSource
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
          def join(self: __torch__.M, y: Tensor, h: Tensor, c: Tensor) -> Tensor:
            return torch.cat([torch.reshape(y, [-1]), torch.reshape(h, [-1]), torch.reshape(c, [-1])])
          def floats(self: __torch__.M, t: List[Tensor]) -> Tensor:
            a = annotate(List[int], t[3].tolist())
            params = t[5:]
            both = a[1] == 2
            if a[4] == 0:
              y, h, c = torch.lstm(t[0], [t[1], t[2]], params, a[2] == 1, a[0], 0., False, both, True)
            else:
              c = t[2]
              if a[4] == 1:
                y, h = torch.gru(t[0], t[1], params, a[2] == 1, a[0], 0., False, both, True)
              elif a[4] == 2:
                y, h = torch.rnn_tanh(t[0], t[1], params, a[2] == 1, a[0], 0., False, both, True)
              else:
                y, h = torch.rnn_relu(t[0], t[1], params, a[2] == 1, a[0], 0., False, both, True)
            return self.join(y, h, c)
          def packed(self: __torch__.M, w: Tensor, scale: float, bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
            return ops.quantized.linear_prepack(torch._make_per_tensor_quantized_tensor(w, scale, 0), bias)
          def dynamic(self: __torch__.M, t: List[Tensor]) -> Tensor:
            a = annotate(List[int], t[3].tolist())
            s = annotate(List[float], t[4].tolist())
            params = annotate(List[__torch__.torch.classes.rnn.CellParamsBase], [])
            for i in range(a[0] * a[1]):
              ih = self.packed(t[5 + 4 * i], s[2 * i], t[7 + 4 * i])
              hh = self.packed(t[6 + 4 * i], s[2 * i + 1], t[8 + 4 * i])
              params.append(ops.quantized.make_quantized_cell_params_dynamic(ih, hh, t[7 + 4 * i], t[8 + 4 * i], a[3] == 1))
            both = a[1] == 2
            if a[4] == 0:
              y, h, c = torch.quantized_lstm(t[0], [t[1], t[2]], params, True, a[0], 0., False, both, True, dtype=12, use_dynamic=True)
            else:
              c = t[2]
              y, h = torch.quantized_gru(t[0], t[1], params, True, a[0], 0., False, both, True)
            return self.join(y, h, c)
          def cell(self: __torch__.M, t: List[Tensor]) -> Tensor:
            a = annotate(List[int], t[3].tolist())
            s = annotate(List[float], t[4].tolist())
            ih = self.packed(t[5], s[0], t[7])
            hh = self.packed(t[6], s[1], t[8])
            if a[4] == 0:
              h, c = ops.quantized.quantized_lstm_cell_dynamic(t[0], [t[1], t[2]], ih, hh, t[7], t[8])
            else:
              c = t[2]
              if a[4] == 1:
                h = ops.quantized.quantized_gru_cell_dynamic(t[0], t[1], ih, hh, t[7], t[8])
              elif a[4] == 2:
                h = ops.quantized.quantized_rnn_tanh_cell_dynamic(t[0], t[1], ih, hh, t[7], t[8])
              else:
                h = ops.quantized.quantized_rnn_relu_cell_dynamic(t[0], t[1], ih, hh, t[7], t[8])
            return self.join(h, h, c)
          def codes(self: __torch__.M, w: Tensor, scales: Tensor, zero_points: Tensor, i: Tensor) -> Tensor:
            return torch.int_repr(torch.quantize_per_channel(w, scales, zero_points, 0, int(i[0])))
          def embedding(self: __torch__.M, w: Tensor, scales: Tensor, zero_points: Tensor, i: Tensor, indices: Tensor) -> Tensor:
            p = ops.quantized.embedding_bag_prepack(torch.quantize_per_channel(w, scales, zero_points, 0, int(i[0])))
            if int(i[0]) == 13:
              y = ops.quantized.embedding_byte(p, indices, False)
            else:
              y = ops.quantized.embedding_4bit(p, indices, False)
            return y
          def bag(self: __torch__.M, w: Tensor, scales: Tensor, zero_points: Tensor, i: Tensor, indices: Tensor, offsets: Tensor, factors: Optional[Tensor]) -> Tensor:
            p = ops.quantized.embedding_bag_prepack(torch.quantize_per_channel(w, scales, zero_points, 0, int(i[0])))
            if int(i[0]) == 13:
              y = ops.quantized.embedding_bag_byte(p, indices, offsets, False, 0, False, factors, None, False)
            else:
              y = ops.quantized.embedding_bag_4bit(p, indices, offsets, False, 0, False, factors, None, False)
            return y

        """;
}
