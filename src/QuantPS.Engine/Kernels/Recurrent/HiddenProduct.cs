using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The product of the hidden state and the weights of a direction, in blocks of states: each gives the gates of its own.</summary>
/// <remarks>
/// A block's new states may be written while other blocks still multiply: they read the codes, which are chosen anew at every step, or a copy.
/// The states of all samples are few, and quantizing them is no work for several threads.
/// </remarks>
internal sealed unsafe class HiddenProduct : IDisposable
{
    private readonly Value _hidden;
    private readonly Value _source;
    private readonly NativeMemoryBlock _memory;
    private readonly Kernel? _quantize;
    private readonly Kernel[] _blocks;
    private int _batch;

    /// <param name="hidden">The hidden state.</param>
    /// <param name="source">A value for the codes or the copy, without memory yet.</param>
    /// <param name="maxBatch">The most rows.</param>
    /// <param name="blocks">The number of blocks.</param>
    /// <param name="quantize">Makes the kernel that quantizes; null where floats are copied.</param>
    /// <param name="block">Makes the kernel that multiplies for a block.</param>
    public HiddenProduct(Value hidden, Value source, int maxBatch, int blocks, Func<Kernel>? quantize, Func<int, Kernel> block)
    {
        (_hidden, _source) = (hidden, source);
        _memory = new NativeMemoryBlock(source.Bytes(maxBatch));
        source.Place(_memory.Address);
        _quantize = quantize?.Invoke();
        _blocks = [.. Enumerable.Range(0, blocks).Select(block)];
    }

    public int ScratchBytes => _blocks.Max(block => block.ScratchBytes);

    /// <summary>Quantizes the state, or copies it.</summary>
    public void Begin(int batch)
    {
        _batch = batch;
        if (_quantize is null)
        {
            long bytes = _hidden.Bytes(batch);
            Buffer.MemoryCopy(_hidden.Address, _source.Address, bytes, bytes);
            return;
        }
        _quantize.Begin(batch);
        _quantize.Run(0, _quantize.Units(batch), scratch: null);
    }

    /// <summary>Computes the gates of a block, from the last to the first where it goes back.</summary>
    public void Run(int block, bool isBack, byte* scratch)
    {
        Kernel kernel = _blocks[block];
        kernel.Begin(_batch);
        int units = kernel.Units(_batch);
        if (isBack)
            for (int unit = units - 1; unit >= 0; unit--) kernel.Run(unit, unit + 1, scratch);
        else kernel.Run(0, units, scratch);
    }

    public void Dispose()
    {
        _quantize?.Dispose();
        foreach (Kernel block in _blocks) block.Dispose();
        _memory.Dispose();
    }
}
