using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>A storage as a pickle refers to it: an element type, and a stretch of the elements under a key.</summary>
/// <param name="Key">The key under which the file holds the bytes.</param>
/// <param name="Element">The element type; bytes for an untyped storage.</param>
/// <param name="Start">The first element.</param>
/// <param name="Count">The number of elements.</param>
internal sealed record StorageReference(string Key, ElementType Element, long Start, long Count);

/// <summary>The storages of a file: what its pickle says of them, and their bytes, read when a tensor first needs them.</summary>
/// <param name="load">Gives the bytes of a storage; null to learn only what storages there are.</param>
/// <param name="part">The pickle, for errors.</param>
internal sealed class Storages(Func<string, byte[]>? load, CheckpointPart part)
{
    private readonly Dictionary<string, byte[]> _loaded = new(StringComparer.Ordinal);

    /// <summary>The number of elements, and of bytes, of each storage that the pickle has referred to.</summary>
    public Dictionary<string, (long Count, long Bytes)> Declared { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether tensors cannot be built, because the bytes are not there yet.</summary>
    public bool AreUnknown => load is null;

    /// <summary>
    /// The storage that a persistent identifier names: <c>('storage', class, key, location, count)</c>, and in the legacy format
    /// perhaps <c>(view key, offset, count)</c> after that.
    /// </summary>
    public StorageReference Resolve(object? persistentId)
    {
        if (persistentId is not PythonTuple { Count: 5 or 6 } id
            || id is not ["storage", StorageType type, string key, string or null, long count, ..] || count < 0)
            throw part.Unreadable("a persistent identifier does not name a storage.");
        ElementType element = type.Element ?? ElementType.UInt8;
        if (count > long.MaxValue / element.Size()) throw part.Unreadable($"the storage '{key}' claims {count:N0} elements.");
        (long, long) declared = (count, count * element.Size());
        if (!Declared.TryAdd(key, declared) && Declared[key] != declared)
            throw part.Unreadable($"the storage '{key}' is given two lengths or element types.");
        if (id.Count == 5 || id[5] is null) return new StorageReference(key, element, 0, count);
        if (id[5] is not PythonTuple { Count: 3 } view || view is not [_, long start, long length]
            || start < 0 || length < 0 || start > count || length > count - start)
            throw part.Unreadable($"a view of the storage '{key}' reaches beyond it.");
        return new StorageReference(key, element, start, length);
    }

    /// <summary>The bytes under the key of a storage, at least as many as its references need.</summary>
    public byte[] Load(StorageReference storage)
    {
        if (!_loaded.TryGetValue(storage.Key, out byte[]? bytes)) _loaded.Add(storage.Key, bytes = load!(storage.Key));
        if ((storage.Start + storage.Count) * storage.Element.Size() > bytes.LongLength)
            throw part.Truncated($"the storage '{storage.Key}' has {bytes.LongLength:N0} bytes, fewer than its {storage.Count:N0} elements take.");
        return bytes;
    }
}
