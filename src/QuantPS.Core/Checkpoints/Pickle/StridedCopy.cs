using System.Runtime.InteropServices;

namespace QuantPS.Checkpoints;

/// <summary>Copies elements that lie at strides into contiguous order.</summary>
internal static class StridedCopy
{
    /// <summary>Whether elements at these strides lie in order without gaps. Dimensions of one element have any stride.</summary>
    public static bool IsContiguous(ReadOnlySpan<int> sizes, ReadOnlySpan<long> strides)
    {
        if (sizes.Contains(0)) return true;
        long expected = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            if (sizes[d] != 1 && strides[d] != expected) return false;
            expected *= sizes[d];
        }
        return true;
    }

    /// <summary>Copies; the caller has made certain that every element lies in the source and that the target has room.</summary>
    /// <param name="source">The elements, from the first on.</param>
    /// <param name="target">The contiguous copy.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="sizes">The sizes, none of them 0.</param>
    /// <param name="strides">The strides in elements.</param>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> target, int elementSize, int[] sizes, long[] strides)
    {
        if (IsContiguous(sizes, strides))
        {
            source[..target.Length].CopyTo(target);
            return;
        }
        switch (elementSize)
        {
            case 1: Copy<byte>(source, target, sizes, strides); break;
            case 2: Copy<ushort>(source, target, sizes, strides); break;
            case 4: Copy<uint>(source, target, sizes, strides); break;
            case 8: Copy<ulong>(source, target, sizes, strides); break;
            case 16: Copy<UInt128>(source, target, sizes, strides); break;
            default: throw new ArgumentOutOfRangeException(nameof(elementSize));
        }
    }

    private static void Copy<T>(ReadOnlySpan<byte> sourceBytes, Span<byte> targetBytes, int[] sizes, long[] strides) where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(sourceBytes);
        Span<T> target = MemoryMarshal.Cast<byte, T>(targetBytes);
        int inner = sizes[^1];
        long step = strides[^1];
        var index = new int[sizes.Length];
        long row = 0;
        for (int done = 0; done < target.Length; done += inner)
        {
            for (int i = 0; i < inner; i++) target[done + i] = source[(int)(row + i * step)];
            for (int d = sizes.Length - 2; d >= 0; d--)
            {
                row += strides[d];
                if (++index[d] < sizes[d]) break;
                row -= strides[d] * sizes[d];
                index[d] = 0;
            }
        }
    }
}
