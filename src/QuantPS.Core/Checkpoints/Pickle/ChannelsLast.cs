using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>A float32 tensor of four dimensions whose elements a file holds in the order NHWC (<c>torch.channels_last</c>).</summary>
/// <param name="Tensor">The tensor, in PyTorch's order.</param>
internal sealed record ChannelsLast(Tensor Tensor)
{
    private int Channels => Tensor.Shape[1];

    private int Pixels => Tensor.Shape[2] * Tensor.Shape[3];

    /// <summary>The distances between elements along each dimension.</summary>
    public PythonTuple Strides => new([(long)Channels * Pixels, 1L, (long)Channels * Tensor.Shape[3], (long)Channels]);

    /// <summary>Copies the elements in that order, little-endian.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        Span<float> target = MemoryMarshal.Cast<byte, float>(bytes);
        ReadOnlySpan<float> source = Tensor.As<float>();
        (int channels, int pixels) = (Channels, Pixels);
        for (int start = 0; start < source.Length; start += channels * pixels)
            for (int channel = 0; channel < channels; channel++)
                for (int pixel = 0; pixel < pixels; pixel++)
                    target[start + pixel * channels + channel] = source[start + channel * pixels + pixel];
    }
}
