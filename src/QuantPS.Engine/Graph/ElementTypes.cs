namespace QuantPS.Engine;

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>The size of one element in bytes.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.UInt8 or ElementType.Int8 or ElementType.QInt8 or ElementType.QUInt8 => 1,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.QInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.Complex64 => 8,
        ElementType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>Whether elements are codes that a scale and a zero point give their meaning.</summary>
    public static bool IsQuantized(this ElementType type) =>
        type is ElementType.QInt8 or ElementType.QUInt8 or ElementType.QInt32;
}
