using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Two permutations of 128 entries (vpermi2b), of which the highest bit of a code chooses one; processors have them or not beside the
/// instructions of the rung. The last vector is stored in part.
/// </summary>
internal sealed unsafe class LookUpAvx512(LookUpSpec spec) : ElementKernel(spec.Name, Int8, InstructionSet.Avx512BW, spec.Output)
{
    private const int Lanes = 64;

    public static bool IsSupported => Avx512Vbmi.IsSupported;

    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Table, spec.Input.Address + first, spec.Output.Address + first, end - first);

    /// <summary>Reads whole vectors, past the end of what is asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(byte[] codes, byte* from, byte* to, int count)
    {
        fixed (byte* table = codes)
        {
            Vector512<byte> a = Vector512.Load(table), b = Vector512.Load(table + 64), c = Vector512.Load(table + 128), d = Vector512.Load(table + 192);
            int i = 0;
            for (; i + Lanes <= count; i += Lanes) Vector512.Store(Codes(Vector512.Load(from + i), a, b, c, d), to + i);
            if (i == count) return;
            Vector512<byte> rest = Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)(count - i)));
            Avx512BW.MaskStore(to + i, rest, Codes(Vector512.Load(from + i), a, b, c, d));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Codes(Vector512<byte> index, Vector512<byte> a, Vector512<byte> b, Vector512<byte> c, Vector512<byte> d) =>
        Vector512.ConditionalSelect(Vector512.LessThan(index.AsSByte(), Vector512<sbyte>.Zero).AsByte(),
            Avx512Vbmi.PermuteVar64x8x2(c, index, d), Avx512Vbmi.PermuteVar64x8x2(a, index, b));
}
