using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Finds codes above 127.</summary>
internal static unsafe class LargeCodes
{
    /// <summary>Where the first one lies, from an index on; the count or more where there is none.</summary>
    public static int Next(byte* codes, int from, int count)
    {
        for (; from < count; from += 32)
        {
            int mask = Avx2.MoveMask(Avx.LoadVector256(codes + from));
            if (mask != 0) return from + BitOperations.TrailingZeroCount(mask);
        }
        return count;
    }

    /// <summary>Whether there is one.</summary>
    public static bool Any(byte* codes, nint count)
    {
        if (count < 32)
        {
            int few = 0;
            for (nint at = 0; at < count; at++) few |= codes[at];
            return few > sbyte.MaxValue;
        }
        // The last vector reaches back over bytes that are done.
        Vector256<byte> all = Avx.LoadVector256(codes + count - 32);
        nint i = 0;
        for (; i + 64 <= count; i += 64) all = Avx2.Or(all, Avx2.Or(Avx.LoadVector256(codes + i), Avx.LoadVector256(codes + i + 32)));
        if (i + 32 <= count) all = Avx2.Or(all, Avx.LoadVector256(codes + i));
        return Avx2.MoveMask(all) != 0;
    }
}
