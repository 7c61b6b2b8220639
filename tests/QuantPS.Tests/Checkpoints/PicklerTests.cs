using System.Numerics;
using System.Security.Cryptography;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class PicklerTests
{
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
            ("dicts", List([.. new[] { 0, 1, 999, 1000, 1001, 2000 }.Select(count => Numbered(count, false))])),
            ("ordered", List([.. new[] { 0, 1, 999, 1000, 1001, 2000 }.Select(count => Numbered(count, true))])));
        // What CPython 3.11 writes for the same values.
        AssertPickle(50_228, "c2177b8463bce20b0c325b1df7ee0e0786c949d234e0ab0a2b7e813b3052eb92", Pickler.Save(root).Pickle.Span);
    }

    [Fact]
    public void A_quantized_state_dict_is_written_as_by_Python()
    {
        StateDict state = [];
        for (int i = 0; i < 300; i++)
        {
            var perChannel = QuantParams.PerChannel(new double[8], new long[8], 0);
            state.Add($"features.{i}.weight", Tensor.FromCodes(new sbyte[2400], [8, 300, 1, 1], perChannel));
            state.Add($"features.{i}.bias", Tensor.From<float>(new float[8]));
            state.Add($"features.{i}.scale", Tensor.From([1f], Shape.Scalar));
            state.Add($"features.{i}.zero_point", Tensor.From([1L], Shape.Scalar));
            state.Metadata.Add(i == 0 ? "" : $"features.{i}", 1 + i % 3);
        }
        var weight = Tensor.FromCodes(new sbyte[70_000], [70_000, 1], QuantParams.PerTensor(0.125, -3));
        state.Add("fc._packed_params.dtype", DTypeReference.QInt8);
        state.Add("fc._packed_params._packed_params", new PythonTuple([weight, null]));
        state.Add("fc2._packed_params.dtype", DTypeReference.QInt8);
        state.Add("fc2.f16", Tensor.From([1L, 2L], [2, 1]));
        using var stream = new MemoryStream();
        StateDictWriter.Write(state, stream);

        // What CPython 3.11 writes for objects that reduce to the calls that PyTorch's tensors, dtypes and storages reduce to.
        AssertPickle(175_539, "cc2b50025bf6c19cc0d53349e69c39abbe4eebc34cc9b04755e7254c9f87a7a7", new TorchArchive(stream.ToArray())["data.pkl"]);
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

    private static void AssertPickle(int length, string hash, ReadOnlySpan<byte> pickle)
    {
        Assert.Equal(length, pickle.Length);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(pickle)));
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
