using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Memory for machine code, seen at two addresses: it is written through one and run from the other, and never both at one. It lives as
/// long as the process.
/// </summary>
internal static unsafe class ExecutableMemory
{
    private const int ChunkBytes = 1 << 20;
    private const int FunctionAlignment = 64;

    private static readonly Lock Gate = new();
    private static byte* s_write;
    private static byte* s_run;
    private static int s_used = ChunkBytes;

    /// <summary>Whether this process may make code and run it; tried once.</summary>
    public static bool IsAvailable { get; } = Try();

    /// <summary>Copies code to where it can run.</summary>
    /// <returns>Its address.</returns>
    public static nint Add(ReadOnlySpan<byte> code)
    {
        if (code.Length > ChunkBytes) throw new ArgumentException($"A function of {code.Length} bytes is longer than {ChunkBytes}.", nameof(code));
        lock (Gate)
        {
            if (s_used + code.Length > ChunkBytes) NewChunk();
            code.CopyTo(new Span<byte>(s_write + s_used, code.Length));
            nint address = (nint)(s_run + s_used);
            s_used += (code.Length + FunctionAlignment - 1) / FunctionAlignment * FunctionAlignment;
            return address;
        }
    }

    private static void NewChunk()
    {
        // The views keep the memory when the file object is closed.
        using var memory = MemoryMappedFile.CreateNew(null, ChunkBytes, MemoryMappedFileAccess.ReadWriteExecute);
        byte* write = Map(memory, MemoryMappedFileAccess.ReadWrite), run = Map(memory, MemoryMappedFileAccess.ReadExecute);
        s_write = write;
        s_run = run;
        s_used = 0;
    }

    private static byte* Map(MemoryMappedFile memory, MemoryMappedFileAccess access)
    {
        MemoryMappedViewAccessor view = memory.CreateViewAccessor(0, ChunkBytes, access);
        byte* address = null;
        // The reference that is taken here is never given back: the code stays.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        return address;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Try()
    {
        try
        {
            // mov eax, 42; ret
            var function = (delegate* unmanaged<int>)Add([0xB8, 42, 0, 0, 0, 0xC3]);
            return function() == 42;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
