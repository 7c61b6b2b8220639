using System.Runtime.InteropServices;

namespace QuantPS.Engine.Execution;

/// <summary>Native memory, zeroed, aligned to a cache line, freed when disposed.</summary>
/// <remarks>A margin behind the end lets kernels read whole vectors past the last element; they never write there.</remarks>
internal sealed unsafe class NativeMemoryBlock : IDisposable
{
    private const int Margin = 128;

    [ThreadStatic]
    private static long t_taken;

    public NativeMemoryBlock(long bytes)
    {
        Length = bytes;
        nuint total = checked((nuint)bytes + Margin);
        Address = (byte*)NativeMemory.AlignedAlloc(total, MemoryPlan.Alignment);
        NativeMemory.Clear(Address, total);
        GC.AddMemoryPressure((long)total);
        t_taken += bytes;
    }

    ~NativeMemoryBlock() => Free();

    /// <summary>The bytes of all blocks that this thread has made so far.</summary>
    public static long Taken => t_taken;

    public byte* Address { get; private set; }

    public long Length { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Address is null) return;
        NativeMemory.AlignedFree(Address);
        Address = null;
        GC.RemoveMemoryPressure(Length + Margin);
    }
}
