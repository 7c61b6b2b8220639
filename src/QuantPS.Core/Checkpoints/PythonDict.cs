using System.Collections;

namespace QuantPS.Checkpoints;

/// <summary>
/// A Python dict as a checkpoint holds it, in the order in which entries were added. Keys are strings, numbers, booleans, dtypes,
/// devices or tuples (these are found only by reference).
/// </summary>
public sealed class PythonDict : IReadOnlyCollection<KeyValuePair<object, object?>>
{
    private static readonly OrderedDictionary<object, object?> None = [];
    private OrderedDictionary<object, object?> _entries = None;

    /// <summary>Whether it is a <c>collections.OrderedDict</c>.</summary>
    public bool IsOrderedDict { get; init; }

    /// <summary>The attributes that were set on it, such as <c>_metadata</c> on a state dict; null where there are none.</summary>
    public PythonDict? Attributes { get; set; }

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<object> Keys => _entries.Keys;

    /// <summary>The value of a key. Setting a new key appends it; setting an old one keeps its place.</summary>
    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    /// <exception cref="ArgumentException">A checkpoint cannot hold the value, or the key cannot be one.</exception>
    public object? this[object key]
    {
        get => _entries[PythonValue.From(key)!];
        set
        {
            object? plain = PythonValue.From(key);
            if (!PythonKeyComparer.IsKey(plain)) throw new ArgumentException($"A {key.GetType().Name} cannot be a key.", nameof(key));
            Set(plain, PythonValue.From(value));
        }
    }

    /// <summary>The value of a key, or null where the key is not there.</summary>
    public object? Find(object key) => _entries.GetValueOrDefault(PythonValue.From(key)!);

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(object key) => _entries.ContainsKey(PythonValue.From(key)!);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets an entry without looking at it: an unpickler sees to that once all is read.</summary>
    internal void Set(object key, object? value)
    {
        if (_entries == None) _entries = new OrderedDictionary<object, object?>(PythonKeyComparer.Instance);
        _entries[key] = value;
    }
}
