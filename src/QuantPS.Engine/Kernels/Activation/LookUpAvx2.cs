using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Sixteen shuffles of sixteen entries, by the lower half of a code; the bits of its upper half choose among them, pair by pair. The last
/// vector reaches back over codes that are done.
/// </summary>
internal sealed unsafe class LookUpAvx2(LookUpSpec spec) : ElementKernel(spec.Name, Int8, InstructionSet.Avx2, spec.Output)
{
    private const int Lanes = 32;

    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Table, spec.Input.Address + first, spec.Output.Address + first, end - first);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run(byte[] codes, byte* from, byte* to, int count)
    {
        if (count < Lanes)
        {
            LookUpScalar.Run(codes, from, to, count);
            return;
        }
        Vector256<byte> lower = Vector256.Create((byte)15);
        fixed (byte* table = codes)
            for (int i = 0; i < count; i += Lanes)
            {
                int at = Math.Min(i, count - Lanes);
                Vector256<byte> code = Avx.LoadVector256(from + at), index = Avx2.And(code, lower);
                // A selection takes the highest bit of each byte; what a shift of words brings in from the byte below lies under it.
                Vector256<ushort> bits = code.AsUInt16();
                Vector256<byte> bit4 = Avx2.ShiftLeftLogical(bits, 3).AsByte(), bit5 = Avx2.ShiftLeftLogical(bits, 2).AsByte(), bit6 = Avx2.ShiftLeftLogical(bits, 1).AsByte();
                Vector256<byte> low = Avx2.BlendVariable(Quarter(table, index, bit4, bit5), Quarter(table + 64, index, bit4, bit5), bit6);
                Vector256<byte> high = Avx2.BlendVariable(Quarter(table + 128, index, bit4, bit5), Quarter(table + 192, index, bit4, bit5), bit6);
                Avx.Store(to + at, Avx2.BlendVariable(low, high, code));
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Quarter(byte* table, Vector256<byte> index, Vector256<byte> bit4, Vector256<byte> bit5) => Avx2.BlendVariable(
        Avx2.BlendVariable(Sixteen(table, index), Sixteen(table + 16, index), bit4), Avx2.BlendVariable(Sixteen(table + 32, index), Sixteen(table + 48, index), bit4), bit5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Sixteen(byte* table, Vector256<byte> index) => Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(table), index);
}
