namespace QuantPS.OracleTests.Quantization;

/// <summary>The source of a script module with the formulas of PyTorch's observers in libtorch's own operators.</summary>
internal static class ObserverSource
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
          def affine(self: __torch__.M, low: Tensor, high: Tensor, levels: Tensor) -> Tensor:
            zero = torch.zeros_like(low)
            bottom = torch.minimum(low, zero)
            scale = torch.clamp((torch.maximum(high, zero) - bottom) / float(levels), 1.1920928955078125e-07)
            point = torch.clamp(-torch.round(bottom / scale), 0, int(levels))
            return torch.stack([scale, point])
          def symmetric(self: __torch__.M, low: Tensor, high: Tensor) -> Tensor:
            zero = torch.zeros_like(low)
            reach = torch.maximum(-torch.minimum(low, zero), torch.maximum(high, zero))
            return torch.clamp(reach / 127.5, 1.1920928955078125e-07)
          def per_channel(self: __torch__.M, weight: Tensor, scales: Tensor) -> Tensor:
            return torch.int_repr(torch.quantize_per_channel(weight, scales, torch.zeros_like(scales, dtype=4), 0, 12))
          def per_tensor(self: __torch__.M, weight: Tensor, scales: Tensor) -> Tensor:
            return torch.int_repr(torch.quantize_per_tensor(weight, float(scales[0]), 0, 12))
          def choose(self: __torch__.M, x: Tensor, reduce: Tensor) -> Tensor:
            scale, point = torch._choose_qparams_per_tensor(x, int(reduce) == 1)
            return torch.tensor([scale, float(point)], dtype=7)
          def moving_average(self: __torch__.M, batches: List[Tensor]) -> Tensor:
            on = torch.ones([1], dtype=4)
            low = torch.tensor([inf])
            high = torch.tensor([-inf])
            scale = torch.ones([1])
            point = torch.zeros([1], dtype=3)
            for i in range(len(batches)):
              y = torch.fused_moving_avg_obs_fake_quant(batches[i], on, on, low, high, scale, point, 0.01, 0, 255, -1, False, False)
            return torch.cat([low, high])
          def histogram(self: __torch__.M, batches: List[Tensor]) -> Tensor:
            low = torch.min(batches[0])
            high = torch.max(batches[0])
            counts = torch.histc(batches[0], 2048, float(low), float(high))
            for i in range(1, len(batches)):
              x = batches[i]
              bottom = torch.minimum(low, torch.min(x))
              top = torch.maximum(high, torch.max(x))
              fresh = torch.histc(x, 2048, float(bottom), float(top))
              if bool(bottom == low) and bool(top == high):
                counts = counts + fresh
              else:
                width = (high - low) / 32768
                middles = torch.slice(torch.linspace(float(low), float(high), 32769), 0, 0, 32768) + 0.5 * width
                edges = torch.linspace(float(bottom), float(top), 2049)
                places = torch.clamp(torch.bucketize(middles, edges, right=True) - 1, 0, 2047)
                counts = fresh + torch.bincount(places, torch.repeat_interleave(counts, 16) / 16, 2048)
              low = bottom
              high = top
            return torch.cat([counts, torch.reshape(low, [1]), torch.reshape(high, [1])])
          def error(self: __torch__.M, counts: Tensor, width: float, first: int, last: int) -> float:
            step = width * float(last - first + 1) / 256.0
            if step == 0.0:
              return 0.0
            begin = (torch.arange(2048) - first) * width
            end = begin + width
            left = torch.clamp(torch.floor_divide(begin, step), 0, 255)
            right = torch.clamp(torch.floor_divide(end, step), 0, 255)
            half = step / 2.0
            ahead = torch.pow(torch.ones([2048]) * half, 3) - torch.pow(begin - (left + 0.5) * step, 3)
            between = (right - left - 1) * (torch.pow(torch.tensor(half), 3) + torch.pow(torch.tensor(half), 3))
            behind = torch.pow(end - (right * step + half), 3) + torch.pow(torch.tensor(half), 3)
            return float(torch.sum((counts / width) * (ahead + between + behind) / 3))
          def search(self: __torch__.M, counts: Tensor, low: Tensor, high: Tensor) -> Tensor:
            width = (float(high) - float(low)) / 2048.0
            total = float(torch.sum(counts))
            sums = annotate(List[float], torch.cumsum(counts, 0).tolist())
            alpha = 0.0
            beta = 1.0
            first = 0
            last = 2047
            least = inf
            going = True
            while going and alpha < beta:
              l = first
              r = last
              while l < last and sums[l] < (alpha + 1e-05) * total:
                l = l + 1
              while r > first and sums[r] > (beta - 1e-05) * total:
                r = r - 1
              next_first = first
              next_last = last
              if l - first > last - r:
                next_first = l
                alpha = alpha + 1e-05
              else:
                next_last = r
                beta = beta - 1e-05
              if next_first != first or next_last != last:
                lost = self.error(counts, width, next_first, next_last)
                if lost > least:
                  going = False
                else:
                  least = lost
                  first = next_first
                  last = next_last
            step = (high - low) / 2048
            return torch.reshape(torch.stack([low + step * first, low + step * (last + 1)]), [2])

        """;
}
