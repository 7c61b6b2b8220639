using System.Collections;
using System.Runtime.CompilerServices;

namespace QuantPS.Engine;

/// <summary>The sizes of a tensor's dimensions, outermost first, in PyTorch's order (NCHW for images). Immutable.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    private readonly int[] _sizes;

    private Shape(int[] sizes) => _sizes = sizes;

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Makes a shape.</summary>
    /// <param name="sizes">The size of each dimension, none of them negative.</param>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        foreach (int size in sizes)
            if (size < 0)
                throw new ArgumentException($"A dimension cannot have the size {size}.", nameof(sizes));
        return new Shape(sizes.ToArray());
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _sizes.Length;

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            if (_sizes.Contains(0)) return 0;
            long count = 1;
            foreach (int size in _sizes) count = checked(count * size);
            return count;
        }
    }

    /// <inheritdoc/>
    public int this[int dimension] => _sizes[dimension];

    int IReadOnlyCollection<int>.Count => _sizes.Length;

    /// <summary>The sizes as a span.</summary>
    public ReadOnlySpan<int> AsSpan() => _sizes;

    /// <summary>The same shape with another size in one dimension.</summary>
    public Shape With(int dimension, int size)
    {
        int[] sizes = [.. _sizes];
        sizes[dimension] = size;
        return Create(sizes);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _sizes.AsSpan().SequenceEqual(other._sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in _sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>The sizes joined by <c>x</c>, as in <c>1x3x224x224</c>.</summary>
    public override string ToString() => _sizes.Length == 0 ? "scalar" : string.Join('x', _sizes);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
