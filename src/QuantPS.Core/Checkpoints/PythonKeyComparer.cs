using System.Diagnostics.CodeAnalysis;

namespace QuantPS.Checkpoints;

/// <summary>
/// Compares the keys of a dict, and the indices of a memo. Numbers, and those of devices, are hashed with the seed of the process, so that
/// no file can choose keys that collide.
/// </summary>
internal sealed class PythonKeyComparer : IEqualityComparer<object>, IEqualityComparer<long>
{
    public static PythonKeyComparer Instance { get; } = new();

    /// <summary>Whether a value can be a key; Python's lists and dicts cannot.</summary>
    public static bool IsKey([NotNullWhen(true)] object? value) =>
        value is string or long or bool or double or PythonTuple or DTypeReference or DeviceReference;

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(object value) => value switch
    {
        long number => GetHashCode(number),
        double number => GetHashCode(BitConverter.DoubleToInt64Bits(number)),
        DeviceReference device => HashCode.Combine(device.Type, GetHashCode(device.Index ?? -1)),
        _ => value.GetHashCode(),
    };

    public int GetHashCode(long value) => HashCode.Combine((int)value, (int)(value >> 32));
}
