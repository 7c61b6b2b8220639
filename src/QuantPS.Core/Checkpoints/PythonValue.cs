using System.Numerics;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>The .NET types that stand for the Python values of a checkpoint.</summary>
internal static class PythonValue
{
    /// <summary>The value in the one type that stands for its kind: every integer a <c>long</c>, every float a <c>double</c>.</summary>
    /// <exception cref="ArgumentException">A checkpoint cannot hold the value.</exception>
    public static object? From(object? value) => value switch
    {
        null or bool or long or double or string or byte[] or BigInteger => value,
        int or short or sbyte or byte or ushort or uint => Convert.ToInt64(value),
        float single => (double)single,
        Tensor or DTypeReference or DeviceReference or PythonTuple or PythonDict or List<object?> or PickledObject => value,
        _ => throw new ArgumentException($"A checkpoint cannot hold a value of type {value.GetType().Name}.", nameof(value)),
    };
}
