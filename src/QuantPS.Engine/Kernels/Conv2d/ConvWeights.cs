using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The weights of a convolution for the kernel that packs them: of one output channel at a time, in the order of kernels (kernel height,
/// kernel width, I). They are there while the kernel is made, and gone once disposed, so that no kernel keeps the model in memory.
/// </summary>
internal abstract unsafe class ConvWeights<T> : IDisposable where T : unmanaged
{
    private readonly int _inputs;
    private readonly int _taps;
    private readonly T[] _row;
    private readonly T[] _plain;
    private Tensor? _tensor;

    /// <param name="tensor">O, I, kernel height, kernel width; or a matrix of O and I.</param>
    protected ConvWeights(Tensor tensor)
    {
        (_tensor, Outputs, _inputs) = (tensor, tensor.Shape[0], tensor.Shape[1]);
        _taps = tensor.Shape.Rank == 2 ? 1 : tensor.Shape[2] * tensor.Shape[3];
        _row = new T[Depth];
        _plain = _taps == 1 || _inputs == 1 ? _row : new T[Depth];
    }

    public int Outputs { get; }

    /// <summary>The weights of an output channel.</summary>
    public int Depth => _inputs * _taps;

    protected Tensor Tensor => _tensor ?? throw new ObjectDisposedException(nameof(ConvWeights<>));

    /// <summary>The weights of an output channel, until those of another are asked for.</summary>
    public ReadOnlySpan<T> Row(int output)
    {
        fixed (T* row = _row, plain = _plain)
        {
            Read(output, plain);
            if (row != plain) Reorder(plain, row, _inputs, _taps);
        }
        return _row;
    }

    /// <summary>All of them, one output channel after another.</summary>
    public T[] ToArray()
    {
        var all = new T[Outputs * Depth];
        for (int o = 0; o < Outputs; o++) Row(o).CopyTo(all.AsSpan(o * Depth));
        return all;
    }

    public void Dispose() => _tensor = null;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Reorder(T* from, T* to, int inputs, int taps)
    {
        for (nint t = 0; t < taps; t++)
            for (nint i = 0, at = t; i < inputs; i++, at += taps)
                *to++ = from[at];
    }

    /// <summary>Reads the weights of an output channel in their own order.</summary>
    protected abstract void Read(int output, T* to);
}
