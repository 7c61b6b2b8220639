using System.Globalization;
using System.Numerics;

namespace QuantPS.Checkpoints;

/// <summary>
/// The format of torch.save before PyTorch 1.6: five pickles (a magic number, the protocol, facts of the machine, the object, the keys
/// of the storages), then each storage's element count and elements.
/// </summary>
internal static class LegacyFormat
{
    private const long Protocol = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("01950A86A20F9469CFC6C", NumberStyles.AllowHexSpecifier);

    public static object? Read(Stream stream, CheckpointPart part)
    {
        var budget = new CheckpointBudget(part, stream.Length);
        CheckpointPart pickled = part.In("the pickle");
        var source = new ByteWindow(stream, 0, stream.Length, pickled);
        var none = new Storages(null, pickled);
        if (!Equals(new Unpickler(source, none, budget).Load(), Magic)) throw NotCheckpoint(part);
        if (!Equals(new Unpickler(source, none, budget).Load(), Protocol))
            throw part.Unsupported("it is of another version of the legacy format.");
        if (new Unpickler(source, none, budget).Load() is not PythonDict machine)
            throw part.Unreadable("the facts of the machine that saved it are not there.");
        if (machine.Find("little_endian") is false)
            throw part.Unsupported("its numbers are in big-endian byte order; only little-endian can be read.");

        // The storages come after the object, so a first pass finds out how long they are, and a second builds the tensors.
        long start = source.Position;
        var declared = new Storages(null, pickled);
        new Unpickler(source, declared, budget).Load();
        long end = source.Position;
        Dictionary<string, byte[]> bytes = ReadStorages(source, declared.Declared, budget, part.In("the storages"));

        budget.RestartValues();
        byte[] Load(string key) =>
            bytes.TryGetValue(key, out byte[]? found) ? found : throw pickled.Unreadable($"the storage '{key}' is not in the file.");
        var storages = new Storages(Load, pickled);
        object? root = new Unpickler(new ByteWindow(stream, start, end - start, pickled), storages, budget).Load();
        new PythonTree(pickled, end - start).Check(root);
        return root;
    }

    /// <summary>The error for a file that is in neither format.</summary>
    public static QuantPSException NotCheckpoint(CheckpointPart part) =>
        part.Unreadable("it is in none of the formats that torch.save writes. Give a .pt, .pth or .th file that PyTorch saved.");

    private static Dictionary<string, byte[]> ReadStorages(
        ByteWindow source, Dictionary<string, (long Count, long Bytes)> declared, CheckpointBudget budget, CheckpointPart part)
    {
        if (new Unpickler(source, new Storages(null, part), budget).Load() is not List<object?> keys)
            throw part.Unreadable("the list of storages is not there.");
        Dictionary<string, byte[]> storages = new(StringComparer.Ordinal);
        foreach (object? item in keys)
        {
            if (item is not string key || !declared.TryGetValue(key, out (long Count, long Bytes) expected))
                throw part.Unreadable($"no tensor uses the storage '{item}'.");
            long count = source.ReadInt64();
            if (count != expected.Count)
                throw part.Unreadable($"the storage '{key}' has {count:N0} elements, and its tensors count on {expected.Count:N0}.");
            if (!storages.TryAdd(key, source.ReadBytes(expected.Bytes))) throw part.Unreadable($"the storage '{key}' is there twice.");
        }
        return storages;
    }
}
