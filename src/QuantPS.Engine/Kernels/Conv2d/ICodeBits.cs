using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QuantPS.Engine.Kernels;

/// <summary>Takes some bits of codes: <see cref="CodeBits"/> as a type, so that loops are compiled for each.</summary>
internal interface ICodeBits
{
    static abstract Vector256<byte> Of(Vector256<byte> codes);

    static abstract Vector512<byte> Of(Vector512<byte> codes);
}

internal readonly struct AllBits : ICodeBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> codes) => codes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> codes) => codes;
}

internal readonly struct LowBits : ICodeBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> codes) => codes & Vector256.Create((byte)0x7F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> codes) => codes & Vector512.Create((byte)0x7F);
}

internal readonly struct HighBit : ICodeBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> codes) => codes & Vector256.Create((byte)0x80);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> codes) => codes & Vector512.Create((byte)0x80);
}
