using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>
/// What one core can do at most in int8: multiply-adds a second of <c>vpdpbusd</c> on 512-bit registers with nothing else to do, measured
/// in a loop of twelve that do not wait for each other.
/// </summary>
internal static unsafe class InstructionLimit
{
    private const int Accumulators = 12, FirstAccumulator = 16, LeftSource = 28, RightSource = 29, MacsPerInstruction = 64;
    private const long Iterations = 100_000;
    private const int Repeats = 50;

    /// <summary>Multiply-adds a second of a core; null where the processor lacks the instruction or memory cannot be made executable.</summary>
    public static double? Measure()
    {
        if (!IsThere) return null;
        try
        {
            return Measure(Code());
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    // CPUID leaf 7: ECX bit 11 is AVX512_VNNI.
    private static bool IsThere =>
        Environment.Is64BitProcess && Avx512BW.IsSupported && (X86Base.CpuId(7, 0).Ecx & 1 << 11) != 0;

    private static double Measure(byte[] code)
    {
        using var memory = MemoryMappedFile.CreateNew(null, code.Length, MemoryMappedFileAccess.ReadWriteExecute);
        using (MemoryMappedViewStream writer = memory.CreateViewStream(0, code.Length, MemoryMappedFileAccess.ReadWrite)) writer.Write(code);
        using MemoryMappedViewAccessor page = memory.CreateViewAccessor(0, code.Length, MemoryMappedFileAccess.ReadExecute);
        byte* address = null;
        page.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        var loop = (delegate* unmanaged<long, void>)address;
        long best = long.MaxValue;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            loop(Iterations);
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }
        page.SafeMemoryMappedViewHandle.ReleasePointer();
        return (double)Iterations * Accumulators * MacsPerInstruction * Stopwatch.Frequency / best;
    }

    // The upper registers are the caller's to lose on Windows as on System V.
    private static byte[] Code()
    {
        var code = new List<byte>();
        for (int register = FirstAccumulator; register <= RightSource; register++) code.AddRange(Evex(0xEF, 1, register, register, register));
        int top = code.Count;
        for (int i = 0; i < Accumulators; i++) code.AddRange(Evex(0x50, 2, FirstAccumulator + i, LeftSource, RightSource));
        // dec of the first argument, jnz top, vzeroupper, ret.
        code.AddRange(OperatingSystem.IsWindows() ? [0x48, 0xFF, 0xC9] : [0x48, 0xFF, 0xCF]);
        code.AddRange([0x0F, 0x85, .. BitConverter.GetBytes(top - (code.Count + 6))]);
        code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);
        return [.. code];
    }

    // An instruction EVEX.512.66.W0 on three registers (Intel's manual, volume 2, 2.7.1); its register bits are inverted.
    private static byte[] Evex(byte opcode, int map, int destination, int first, int second) =>
    [
        0x62,
        (byte)(~((destination & 8) << 4 | (second & 16) << 2 | (second & 8) << 2 | destination & 16) & 0xF0 | map),
        (byte)((~first & 15) << 3 | 0b101),
        (byte)(0b0100_0000 | (~first & 16) >> 1),
        opcode,
        (byte)(0xC0 | (destination & 7) << 3 | second & 7),
    ];
}
