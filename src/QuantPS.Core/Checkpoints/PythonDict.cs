using System.Collections;

namespace QuantPS.Checkpoints;

/// <summary>A Python dict as a checkpoint holds it: keys of any kind that can be a key, in the order in which they were added.</summary>
public sealed class PythonDict : IReadOnlyCollection<KeyValuePair<object, object?>>
{
    private readonly OrderedDictionary<object, object?> _entries = [];

    /// <summary>Whether it is a <c>collections.OrderedDict</c>.</summary>
    public bool IsOrderedDict { get; init; }

    /// <summary>The attributes that were set on it, such as <c>_metadata</c> on a state dict; null where there are none.</summary>
    public PythonDict? Attributes { get; internal set; }

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<object> Keys => _entries.Keys;

    /// <summary>The value of a key. Setting a new key appends it; setting an old one keeps its place.</summary>
    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    /// <exception cref="ArgumentException">The value is of a type that a checkpoint cannot hold.</exception>
    public object? this[object key]
    {
        get => _entries[key];
        set => _entries[key] = PythonValue.From(value);
    }

    /// <summary>The value of a key, or null where the key is not there.</summary>
    public object? Find(object key) => _entries.GetValueOrDefault(key);

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(object key) => _entries.ContainsKey(key);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
