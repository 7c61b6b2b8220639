namespace QuantPS.Engine;

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>The size of one element in bytes; of <see cref="ElementType.QUInt4x2"/>, of two.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.UInt8 or ElementType.Int8 or ElementType.QInt8 or ElementType.QUInt8 or ElementType.QUInt4x2 => 1,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.QInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.Complex64 => 8,
        ElementType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>The bytes of so many elements.</summary>
    public static long ByteCount(this ElementType type, long elements) =>
        type == ElementType.QUInt4x2 ? (elements + 1) / 2 : elements * type.Size();

    /// <summary>Whether elements are codes that a scale and a zero point give their meaning.</summary>
    public static bool IsQuantized(this ElementType type) =>
        type is ElementType.QInt8 or ElementType.QUInt8 or ElementType.QInt32 or ElementType.QUInt4x2;
}
