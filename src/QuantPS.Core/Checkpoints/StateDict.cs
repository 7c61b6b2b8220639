using System.Collections;
using System.Diagnostics.CodeAnalysis;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>
/// What PyTorch's <c>state_dict()</c> gives: parameters and buffers by their names, in order, and the versions of the modules
/// that they belong to.
/// </summary>
/// <remarks>
/// Most values are a <see cref="Tensor"/>. Quantized modules also hold a <see cref="DTypeReference"/>, a
/// <see cref="PythonTuple"/> (packed weight and bias) or null (no bias). Numbers are <c>long</c> or <c>double</c>.
/// </remarks>
public sealed class StateDict : IReadOnlyDictionary<string, object?>
{
    private readonly OrderedDictionary<string, object?> _entries = new(StringComparer.Ordinal);

    /// <summary>
    /// PyTorch's <c>_metadata</c>: the path of each module (empty for the root), in the order of the module tree, with the version of
    /// its layout; null where the file gives none.
    /// </summary>
    public OrderedDictionary<string, long?> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<string> Keys => _entries.Keys;

    /// <summary>The values in the order of their keys.</summary>
    public IReadOnlyList<object?> Values => _entries.Values;

    /// <summary>The entries that are tensors themselves, in order; those within tuples are not among them.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors =>
        from entry in _entries where entry.Value is Tensor select KeyValuePair.Create(entry.Key, (Tensor)entry.Value);

    /// <summary>The value of a key. Setting a new key appends it; setting an old one keeps its place.</summary>
    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    /// <exception cref="ArgumentException">The value is of a type that a state dict cannot hold.</exception>
    public object? this[string key]
    {
        get => _entries[key];
        set => _entries[key] = PythonValue.From(value);
    }

    IEnumerable<string> IReadOnlyDictionary<string, object?>.Keys => _entries.Keys;

    IEnumerable<object?> IReadOnlyDictionary<string, object?>.Values => _entries.Values;

    /// <summary>Appends an entry.</summary>
    /// <exception cref="ArgumentException">The key is there already, or the value is of a type that a state dict cannot hold.</exception>
    public void Add(string key, object? value) => _entries.Add(key, PythonValue.From(value));

    /// <summary>Takes an entry out; false where there is none.</summary>
    public bool Remove(string key) => _entries.Remove(key);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, out object? value) => _entries.TryGetValue(key, out value);

    /// <summary>The tensor of a key; false where the key is not there or its value is not a tensor.</summary>
    public bool TryGetTensor(string key, [NotNullWhen(true)] out Tensor? tensor) =>
        (tensor = _entries.GetValueOrDefault(key) as Tensor) is not null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
