using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Small checkpoints cut short at every byte and changed at random: an error or a value, never anything else.</summary>
public sealed class DamagedFileTests
{
    private const int MostBytes = 8_000_000;

    [Fact]
    public void An_archive_cut_short_at_any_byte_is_an_error() => AssertEveryCutFails(Written());

    [Fact]
    public void A_legacy_file_cut_short_at_any_byte_is_an_error() => AssertEveryCutFails(Legacy());

    [Fact]
    public void An_archive_with_any_changed_bytes_is_an_error_or_a_value() => AssertFlipsAreHandled(Written(), 1500);

    [Fact]
    public void A_pickle_with_any_changed_bytes_is_an_error_or_a_value()
    {
        byte[] pickle = Pickle();
        AssertFlipsAreHandled(pickle, 3000, bytes => CheckpointBuilder.ZipWithoutChecksums(bytes, Storages()));
    }

    [Fact]
    public void A_legacy_file_with_any_changed_bytes_is_an_error_or_a_value() => AssertFlipsAreHandled(Legacy(), 1500);

    private static byte[] Written()
    {
        StateDict state = new()
        {
            { "conv.weight", Tensor.FromCodes([1, 2, 3, 4, 5, 6], [2, 3], QuantParams.PerChannel([0.5, 0.25], [0, 0], 0)) },
            { "conv.bias", Tensor.From<float>([1, 2]) },
            { "conv.scale", Tensor.From<float>([0.1f], Shape.Scalar) },
            { "fc._packed_params.dtype", DTypeReference.QInt8 },
            { "fc._packed_params._packed_params", new PythonTuple([Tensor.FromCodes([7, 8], [1, 2], QuantParams.PerTensor(0.125, 0)), null]) },
        };
        state.Metadata.Add("", 1);
        state.Metadata.Add("conv", 3);
        using var stream = new MemoryStream();
        StateDictWriter.Write(state, stream);
        return stream.ToArray();
    }

    private static byte[] Pickle()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Global("collections", "OrderedDict").EmptyTuple().Reduce().Mark();
        pickle.Text("a").Tensor("FloatStorage", "0", 6, [3, 2], [1, 3]).Text("b").Tensor("FloatStorage", "0", 6, [2], [1], 4);
        pickle.Text("c").Global("torch._utils", "_rebuild_qtensor").Mark().Storage("QInt8Storage", "1", 4).Int(0).Ints(2, 2).Ints(2, 1);
        pickle.Mark().Global("torch", "per_channel_affine");
        pickle.Tensor("DoubleStorage", "2", 2, [2], [1]).Tensor("LongStorage", "3", 2, [2], [1]).Int(0).Tuple();
        pickle.False().None().Tuple().Reduce().Text("d").Global("torch", "qint8").Op('u');
        pickle.EmptyDict().Text("_metadata").EmptyDict().Text("").EmptyDict().Text("version").Int(1).SetItem().SetItem().SetItem().Op('b');
        return pickle.Stop();
    }

    private static byte[][] Storages() =>
        [CheckpointBuilder.BytesOf(1f, 2f, 3f, 4f, 5f, 6f), [1, 2, 3, 4], CheckpointBuilder.BytesOf(0.5, 0.25), CheckpointBuilder.BytesOf(0L, 0L)];

    private static byte[] Legacy()
    {
        byte[][] storages = Storages();
        return CheckpointBuilder.Legacy(Pickle(), (4, storages[0]), (1, storages[1]), (8, storages[2]), (8, storages[3]));
    }

    private static void AssertEveryCutFails(byte[] file)
    {
        Assert.NotNull(CheckpointBuilder.Read(file));
        for (int length = 0; length < file.Length; length++) AssertHandled(file[..length], mustFail: true);
    }

    private static void AssertFlipsAreHandled(byte[] original, int count, Func<byte[], byte[]>? wrap = null)
    {
        Assert.NotNull(CheckpointBuilder.Read(wrap?.Invoke(original) ?? original));
        var random = new Random(20);
        for (int i = 0; i < count; i++)
        {
            byte[] changed = [.. original];
            for (int flips = random.Next(1, 4); flips > 0; flips--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            AssertHandled(wrap?.Invoke(changed) ?? changed, mustFail: false);
        }
    }

    private static void AssertHandled(byte[] file, bool mustFail)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            object? value = CheckpointBuilder.Read(file);
            Assert.False(mustFail, $"A file cut to {file.Length} bytes gave a {value?.GetType().Name}.");
            Checkpoint.Measure(value);
        }
        catch (QuantPSException error)
        {
            Assert.StartsWith("Checkpoint", error.ErrorId);
            Assert.Contains(CheckpointBuilder.Name, error.Message);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }
}
