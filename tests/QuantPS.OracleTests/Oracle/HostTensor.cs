using System.Runtime.InteropServices;
using TorchSharp;

namespace QuantPS.OracleTests.Oracle;

/// <summary>A tensor in managed memory, contiguous in PyTorch's order: for archives, and for arguments of script methods.</summary>
/// <param name="StorageType">PyTorch's name of the storage, such as <c>FloatStorage</c>.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Data">The elements, little-endian.</param>
internal sealed record HostTensor(string StorageType, long[] Shape, byte[] Data)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public IEnumerable<long> Strides => Shape.Select((_, d) => Shape.Skip(d + 1).Aggregate(1L, (product, size) => product * size));

    /// <summary>A tensor of the given elements; of one dimension where no shape is given.</summary>
    public static HostTensor From<T>(ReadOnlySpan<T> values, params long[] shape) where T : unmanaged =>
        new(StorageOf<T>(), shape.Length == 0 ? [values.Length] : shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Attributes of an operator.</summary>
    public static HostTensor Integers(params ReadOnlySpan<long> values) => From(values);

    /// <summary>Scales of an operator.</summary>
    public static HostTensor Reals(params ReadOnlySpan<double> values) => From(values);

    public torch.Tensor ToTorch() => StorageType switch
    {
        "FloatStorage" => torch.tensor(Elements<float>(), Shape),
        "DoubleStorage" => torch.tensor(Elements<double>(), Shape),
        "CharStorage" => torch.tensor(Elements<sbyte>(), Shape),
        "ByteStorage" => torch.tensor(Elements<byte>(), Shape),
        _ => torch.tensor(Elements<long>(), Shape),
    };

    private T[] Elements<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data).ToArray();

    private static string StorageOf<T>() =>
        typeof(T) == typeof(float) ? "FloatStorage"
        : typeof(T) == typeof(double) ? "DoubleStorage"
        : typeof(T) == typeof(sbyte) ? "CharStorage"
        : typeof(T) == typeof(byte) ? "ByteStorage"
        : typeof(T) == typeof(long) ? "LongStorage"
        : throw new NotSupportedException(typeof(T).Name);
}
