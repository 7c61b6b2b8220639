using System.Diagnostics.CodeAnalysis;

namespace QuantPS.Checkpoints;

/// <summary>
/// Compares the keys of a dict. Numbers are hashed with the seed of the process, so that no file can choose keys that collide.
/// </summary>
internal sealed class PythonKeyComparer : IEqualityComparer<object>
{
    public static PythonKeyComparer Instance { get; } = new();

    /// <summary>Whether a value can be a key; Python's lists and dicts cannot.</summary>
    public static bool IsKey([NotNullWhen(true)] object? value) =>
        value is string or long or bool or double or PythonTuple or DTypeReference or DeviceReference;

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object value) => value switch
    {
        long number => HashCode.Combine((int)number, (int)(number >> 32)),
        double number => GetHashCode(BitConverter.DoubleToInt64Bits(number)),
        _ => value.GetHashCode(),
    };
}
