using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QuantPS.Engine.Kernels;

/// <summary>What a tile takes of codes, as a type, so that loops are compiled for each.</summary>
internal interface ICodeRange
{
    static abstract Vector256<byte> Of(Vector256<byte> codes);

    static abstract Vector512<byte> Of(Vector512<byte> codes);
}

/// <summary>Codes as they are.</summary>
internal readonly struct AllCodes : ICodeRange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> codes) => codes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> codes) => codes;
}

/// <summary>Codes of at most 127; what others have more is added later.</summary>
internal readonly struct CappedCodes : ICodeRange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> codes) => Vector256.Min(codes, Vector256.Create((byte)127));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> codes) => Vector512.Min(codes, Vector512.Create((byte)127));
}
