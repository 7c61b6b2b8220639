using System.Collections;
using System.Runtime.CompilerServices;

namespace QuantPS.Checkpoints;

/// <summary>A Python tuple, such as the packed weight and bias of a quantized linear module. Immutable.</summary>
[CollectionBuilder(typeof(PythonTuple), nameof(Create))]
public sealed class PythonTuple : IReadOnlyList<object?>
{
    private readonly object?[] _items;

    internal PythonTuple(object?[] items) => _items = items;

    /// <summary>Makes a tuple.</summary>
    /// <exception cref="ArgumentException">An item is of a type that a checkpoint cannot hold.</exception>
    public static PythonTuple Create(ReadOnlySpan<object?> items)
    {
        var copy = new object?[items.Length];
        for (int i = 0; i < copy.Length; i++) copy[i] = PythonValue.From(items[i]);
        return new PythonTuple(copy);
    }

    /// <summary>The number of items.</summary>
    public int Count => _items.Length;

    /// <summary>The item at an index.</summary>
    public object? this[int index] => _items[index];

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
