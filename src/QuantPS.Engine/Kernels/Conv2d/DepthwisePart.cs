namespace QuantPS.Engine.Kernels;

/// <summary>Some channels of a depthwise convolution.</summary>
internal abstract unsafe class DepthwisePart : IDisposable
{
    /// <summary>The bytes of scratch memory that a thread needs.</summary>
    public abstract int ScratchBytes { get; }

    /// <summary>Makes the padding, which stays in the scratch memory from rows to rows.</summary>
    public abstract void Begin(byte* scratch);

    /// <summary>Computes one or two output rows.</summary>
    /// <param name="rows">The input rows of the quadruples at their first channels.</param>
    /// <param name="to">The first output row.</param>
    /// <param name="count">The number of output rows.</param>
    /// <param name="scratch">Memory of this thread and this part alone.</param>
    public abstract void Run(byte** rows, byte* to, int count, byte* scratch);

    public abstract void Dispose();
}
