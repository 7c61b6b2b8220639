using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution;

/// <summary>Runs the units of a kernel on the calling thread and its helpers.</summary>
internal sealed unsafe class WorkerPool(int threads, int scratchBytes) : IDisposable
{
    private readonly NativeMemoryBlock _scratch = new((long)threads * scratchBytes);

    public int Threads { get; } = threads;

    public void Run(Kernel kernel, int units) => kernel.Run(0, units, _scratch.Address);

    public void Dispose() => _scratch.Dispose();
}
