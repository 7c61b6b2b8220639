using System.Numerics;
using System.Security.Cryptography;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class PicklerTests
{
    /// <summary>The pickle of these values by CPython 3.11: its length and its SHA-256.</summary>
    private const int PythonLength = 50228;
    private const string PythonHash = "c2177b8463bce20b0c325b1df7ee0e0786c949d234e0ab0a2b7e813b3052eb92";

    [Fact]
    public void Values_of_all_kinds_are_written_as_by_Python()
    {
        string text = "\u00E9";
        var pair = new PythonTuple([1L, 2L]);
        PythonDict root = Dict(
            ("lists", List(List(), List(1L),
                List(0L, -1L, 255L, 256L, 65535L, 65536L, 2147483647L, 2147483648L, -2147483648L, -2147483649L, BigInteger.Pow(2, 100)),
                Range(2000), Range(2001))),
            ("text", List(text, text, "", new string('a', 300))),
            ("floats", List(0.1, -0.0, double.PositiveInfinity)),
            ("bytes", new byte[] { 0, 0xFF }),
            ("none", List(null, true, false)),
            ("tuples", List(Tuple(), Tuple(1L), pair, Tuple(1L, 2L, 3L), Tuple(1L, 2L, 3L, Tuple(4L)), pair)),
            ("dicts", List(Numbered(0, false), Numbered(1, false), Numbered(999, false), Numbered(1000, false), Numbered(1001, false), Numbered(2000, false))),
            ("ordered", List(Numbered(0, true), Numbered(1, true), Numbered(999, true), Numbered(1000, true), Numbered(1001, true), Numbered(2000, true))));
        byte[] pickle = Pickler.Save(root).Pickle.ToArray();
        Assert.Equal(PythonLength, pickle.Length);
        Assert.Equal(PythonHash, Convert.ToHexStringLower(SHA256.HashData(pickle)));
    }

    [Fact]
    public void Values_of_all_kinds_come_back()
    {
        PythonDict root = Dict(("numbers", List(1L, -1L, long.MinValue, BigInteger.Pow(3, 90), 0.5)), ("bytes", new byte[] { 1 }),
            ("device", new DeviceReference("cuda", 1)), ("dtype", DTypeReference.QInt8), ("tuple", Tuple(null, true, "x")));
        using var stream = new MemoryStream();
        Checkpoint.Write(root, stream);
        var read = Assert.IsType<PythonDict>(CheckpointBuilder.Read(stream.ToArray()));
        Assert.Equal(root.Keys, read.Keys);
        foreach (object key in root.Keys) Assert.Equal(root[key], read[key]);
    }

    [Fact]
    public void A_tensor_in_two_places_has_one_storage()
    {
        var tied = Tensor.From<float>([1, 2, 3, 4]);
        PythonDict root = Dict(("a", tied), ("b", tied), ("c", Tensor.From<float>([5])));
        Assert.Equal(2, Pickler.Save(root).Storages.Count);
        using var stream = new MemoryStream();
        Checkpoint.Write(root, stream);
        var read = Assert.IsType<PythonDict>(CheckpointBuilder.Read(stream.ToArray()));
        Assert.Same(read["a"], read["b"]);
        Assert.Equal([1f, 2, 3, 4], Assert.IsType<Tensor>(read["b"]).ToFloats());
    }

    private static PythonTuple Tuple(params object?[] items) => new(items);

    private static List<object?> List(params object?[] items) => [.. items];

    private static List<object?> Range(int count) => [.. Enumerable.Range(0, count).Select(i => (object?)(long)i)];

    private static PythonDict Numbered(int count, bool isOrdered)
    {
        var dict = new PythonDict { IsOrderedDict = isOrdered };
        for (long i = 0; i < count; i++) dict[i] = null;
        return dict;
    }

    private static PythonDict Dict(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var dict = new PythonDict();
        foreach ((string key, object? value) in entries) dict[key] = value;
        return dict;
    }
}
