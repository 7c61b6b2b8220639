using System.Collections.Immutable;
using QuantPS.Quantization;
using TorchSharp;

namespace QuantPS.Torch.Quantization;

/// <summary>Rounds one value or weight to what its codes can hold, with gradients, and may observe its range.</summary>
internal interface IFakeQuantizer : IDisposable
{
    /// <summary>What was observed: one range, or one a channel; empty where nothing was, or nothing is observed.</summary>
    ImmutableArray<QuantRange> Ranges { get; }

    /// <summary>Goes back to ranges that were observed.</summary>
    void Restore(ImmutableArray<QuantRange> ranges);

    /// <summary>The value after rounding; as it is where it is not to be rounded, and while nothing has been observed.</summary>
    torch.Tensor Apply(torch.Tensor value, bool observe, bool round = true);
}
