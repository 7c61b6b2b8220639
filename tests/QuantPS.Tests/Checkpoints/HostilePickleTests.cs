using System.Globalization;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.nn.modules.linear", "Linear")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("torch._utils", "_import_dotted_name")]
    [InlineData("System.Diagnostics.Process", "Start")]
    public void A_global_that_tensors_do_not_need_is_refused_by_name(string module, string name)
    {
        byte[] plain = new PickleBuilder().Proto().Global(module, name).Mark().Text("touch /tmp/owned").Tuple().Reduce().Stop();
        byte[] byStack = new PickleBuilder().Proto(4).Text(module).Text(name).Raw(0x93).Mark().Text("touch /tmp/owned").Tuple().Reduce().Stop();
        foreach (byte[] file in new[] { CheckpointBuilder.Zip(plain), CheckpointBuilder.Legacy(plain), CheckpointBuilder.Zip(byStack), plain })
        {
            QuantPSException error = CheckpointBuilder.ErrorOf(file);
            Assert.Equal("CheckpointUnsafe", error.ErrorId);
            Assert.Contains($"'{module}.{name}'", error.Message);
        }
    }

    public static TheoryData<string, string, byte[]> Broken => new()
    {
        { "an empty stack", "CheckpointUnreadable", new PickleBuilder().Proto().Stop() },
        { "a value from below a mark", "CheckpointUnreadable", new PickleBuilder().Proto().None().Mark().Raw(0x85).Stop() },
        { "no mark", "CheckpointUnreadable", new PickleBuilder().Proto().None().Tuple().Stop() },
        { "a memo entry that is not there", "CheckpointUnreadable", new PickleBuilder().Proto().Get(7).Stop() },
        { "an unknown opcode", "CheckpointUnreadable", new PickleBuilder().Proto().Raw(0xFF).Stop() },
        { "an opcode that makes instances", "CheckpointUnreadable", new PickleBuilder().Proto().Mark().Raw("ios\nsystem\n"u8).Stop() },
        { "an extension code", "CheckpointUnreadable", new PickleBuilder().Proto().Raw(0x82, 1).Stop() },
        { "an out-of-band buffer", "CheckpointUnreadable", new PickleBuilder().Proto(5).Raw(0x97).Stop() },
        { "a protocol of the future", "CheckpointUnsupported", new PickleBuilder().Proto(9).None().Stop() },
        { "a list as a key", "CheckpointUnreadable", new PickleBuilder().Proto().EmptyDict().Op(']').None().SetItem().Stop() },
        { "None as a key", "CheckpointUnreadable", new PickleBuilder().Proto().EmptyDict().None().None().SetItem().Stop() },
        { "an odd number of items", "CheckpointUnreadable", new PickleBuilder().Proto().EmptyDict().Mark().Int(1).Op('u').Stop() },
        { "items of a list", "CheckpointUnreadable", new PickleBuilder().Proto().Op(']').Int(1).Int(2).SetItem().Stop() },
        { "an append to a dict", "CheckpointUnreadable", new PickleBuilder().Proto().EmptyDict().Int(1).Op('a').Stop() },
        { "a call of a dtype", "CheckpointUnreadable", new PickleBuilder().Proto().Global("torch", "qint8").EmptyTuple().Reduce().Stop() },
        { "a call without a tuple", "CheckpointUnreadable", new PickleBuilder().Proto().Global("torch", "Size").None().Reduce().Stop() },
        { "a tensor without arguments", "CheckpointUnreadable", Call("_rebuild_tensor_v2").EmptyTuple().Reduce().Stop() },
        { "a parameter of None", "CheckpointUnreadable", Call("_rebuild_parameter").Mark().None().True().None().Tuple().Reduce().Stop() },
        { "the state of a tuple", "CheckpointUnreadable", new PickleBuilder().Proto().EmptyTuple().EmptyDict().Op('b').Stop() },
        { "a function as a value", "CheckpointUnsupported", new PickleBuilder().Proto().Global("torch", "Size").Stop() },
        { "a storage as a value", "CheckpointUnsupported", new PickleBuilder().Proto().Storage("FloatStorage", "0", 1).Stop() },
        { "an identifier of a module", "CheckpointUnreadable", new PickleBuilder().Proto().Mark().Text("module").None().Tuple().PersistentId().Stop() },
        { "a storage of fewer than no elements", "CheckpointUnreadable", new PickleBuilder().Proto().Storage("FloatStorage", "0", -1).Stop() },
        { "an endless line", "CheckpointUnreadable", new PickleBuilder().Proto().Op('c').Raw(new byte[1000]).Stop() },
        { "a long integer", "CheckpointUnreadable", new PickleBuilder().Proto().Raw(0x8B).Int(5000).Raw(new byte[5000]).Stop() },
        { "text that is not UTF-8", "CheckpointUnreadable", new PickleBuilder().Proto().Op('U').Raw(1, 0xFF).Stop() },
        { "no end", "CheckpointTruncated", new PickleBuilder().Proto().None().Bytes },
        { "a lying length of text", "CheckpointTruncated", new PickleBuilder().Proto().Op('X').UInt32(uint.MaxValue).Stop() },
        { "a lying 64-bit length of text", "CheckpointTruncated", new PickleBuilder().Proto(4).Raw(0x8D).Int64(long.MaxValue).Stop() },
        { "a negative length of text", "CheckpointUnreadable", new PickleBuilder().Proto(4).Raw(0x8D).Int64(-1).Stop() },
        { "a lying length of bytes", "CheckpointTruncated", new PickleBuilder().Proto(4).Raw(0x8E).Int64(1L << 40).Stop() },
        { "a lying frame", "CheckpointTruncated", new PickleBuilder().Proto(4).Raw(0x95).Int64(1L << 40).None().Stop() },
        { "a huge integer without its bytes", "CheckpointUnreadable", new PickleBuilder().Proto().Raw(0x8B).UInt32(int.MaxValue).Stop() },
    };

    private static PickleBuilder Call(string name) => new PickleBuilder().Proto().Global("torch._utils", name);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_pickle_is_an_error(string what, string errorId, byte[] pickle)
    {
        Assert.True(CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle)).ErrorId == errorId, what);
        // In a legacy file more bytes follow, and a length may lie within them.
        Assert.StartsWith("Checkpoint", CheckpointBuilder.ErrorOf(CheckpointBuilder.Legacy(pickle)).ErrorId);
    }

    [Fact]
    public void Containers_nested_without_end_are_refused()
    {
        PickleBuilder tuples = new PickleBuilder().Proto().EmptyTuple();
        for (int i = 0; i < 20_000; i++) tuples.Raw(0x85);
        PickleBuilder lists = new PickleBuilder().Proto();
        for (int i = 0; i < 20_000; i++) lists.Op(']');
        for (int i = 1; i < 20_000; i++) lists.Op('a');
        foreach (byte[] pickle in new[] { tuples.Stop(), lists.Stop() })
        {
            QuantPSException error = CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle));
            Assert.Equal("CheckpointUnsafe", error.ErrorId);
            Assert.Contains("100 levels", error.Message);
        }
    }

    [Fact]
    public void A_list_within_itself_is_refused()
    {
        byte[] pickle = new PickleBuilder().Proto().Op(']').Put(0).Get(0).Op('a').Stop();
        QuantPSException error = CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle));
        Assert.Equal("CheckpointUnsafe", error.ErrorId);
        Assert.Contains("contains itself", error.Message);
    }

    [Fact]
    public void Lists_that_double_at_every_level_are_refused()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().EmptyTuple().Put(0);
        for (int i = 0; i < 60; i++) pickle.Op('0').Get(0).Get(0).Raw(0x86).Put(0);
        Assert.Equal("CheckpointTooLarge", CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle.Stop())).ErrorId);
    }

    [Fact]
    public void Values_are_bounded_by_the_length_of_the_file()
    {
        // Each call copies a list of ten thousand pairs, for six bytes of pickle.
        PickleBuilder pickle = new PickleBuilder().Proto().Op(']').Mark();
        for (int i = 0; i < 10_000; i++) pickle.Int(i).None().Raw(0x86);
        pickle.Op('e').Raw(0x85).Put(0).Global("collections", "OrderedDict").Put(1).Mark();
        for (int i = 0; i < 5_000; i++) pickle.Get(1).Get(0).Reduce();
        byte[] file = CheckpointBuilder.Zip(pickle.Tuple().Stop());

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("CheckpointTooLarge", CheckpointBuilder.ErrorOf(file).ErrorId);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000_000);
    }

    [Fact]
    public void A_memo_index_costs_no_more_than_an_entry()
    {
        byte[] pickle = new PickleBuilder().Proto().None().Op('r').UInt32(uint.MaxValue).Op('j').UInt32(uint.MaxValue).Stop();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Theory]
    [InlineData(new[] { 65_536, 65_536 }, new[] { 0, 0 }, "CheckpointTooLarge")]
    [InlineData(new[] { 1_000_000 }, new[] { 0 }, "CheckpointTooLarge")]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0, 0, 0 }, "CheckpointTooLarge")]
    [InlineData(new[] { int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue }, "CheckpointUnreadable")]
    [InlineData(new[] { 7 }, new[] { 1 }, "CheckpointUnreadable")]
    [InlineData(new[] { 2, 3 }, new[] { 4, 1 }, "CheckpointUnreadable")]
    [InlineData(new[] { -2, 3 }, new[] { 3, 1 }, "CheckpointUnreadable")]
    [InlineData(new[] { 2, 3 }, new[] { -3, 1 }, "CheckpointUnreadable")]
    [InlineData(new[] { 2, 3 }, new[] { 1 }, "CheckpointUnreadable")]
    public void A_tensor_beyond_its_storage_or_larger_than_its_file_is_refused(int[] sizes, int[] strides, string errorId)
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("FloatStorage", "0", 6, sizes, strides).Stop();
        byte[] data = new byte[24];
        foreach (byte[] file in new[] { CheckpointBuilder.Zip(pickle, data), CheckpointBuilder.Legacy(pickle, (4, data)) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(errorId, CheckpointBuilder.ErrorOf(file).ErrorId);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        }
    }

    [Fact]
    public void One_storage_viewed_many_times_is_bounded()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Mark();
        for (int i = 0; i < 100; i++) pickle.Tensor("ByteStorage", "0", 200_000, [199_000], [1], offset: i);
        byte[] file = CheckpointBuilder.Zip(pickle.Tuple().Stop(), new byte[200_000]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        QuantPSException error = CheckpointBuilder.ErrorOf(file);
        Assert.Equal("CheckpointTooLarge", error.ErrorId);
        Assert.Contains("clone()", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_storage_that_is_longer_in_the_pickle_than_in_the_file_is_refused()
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("FloatStorage", "0", 7, [7], [1]).Stop();
        Assert.Equal("CheckpointTruncated", CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle, new byte[24])).ErrorId);
        Assert.Equal("CheckpointUnreadable", CheckpointBuilder.ErrorOf(CheckpointBuilder.Legacy(pickle, (4, new byte[24]))).ErrorId);
        Assert.Equal("CheckpointUnreadable", CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle)).ErrorId);
    }

    [Theory]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(double.PositiveInfinity, 0, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 0, -1)]
    public void Scales_that_do_not_fit_a_quantized_tensor_are_refused(double scale, int zeroPoint, int axis)
    {
        byte[] pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_qtensor").Mark()
            .Storage("QInt8Storage", "0", 2).Int(0).Ints(1, 2).Ints(2, 1)
            .Mark().Global("torch", "per_channel_affine").Op(']').Float(scale).Op('a').Op(']').Int(zeroPoint).Op('a').Int(axis).Tuple()
            .False().None().Tuple().Reduce().Stop();
        Assert.Equal("CheckpointUnreadable", CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle, [1, 2])).ErrorId);
    }

    [Theory]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, 0 })]
    [InlineData(new[] { 0, int.MaxValue, int.MaxValue, int.MaxValue })]
    public void A_tensor_without_elements_may_have_any_other_sizes(int[] sizes)
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("FloatStorage", "0", 6, sizes, [1, 1, 1, 1]).Stop();
        Assert.Equal(sizes, Assert.IsType<Tensor>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle, new byte[24]))).Shape);
    }

    [Theory]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue }, "CheckpointUnreadable")]
    [InlineData(new[] { 2, 1, 1, 1 }, "CheckpointUnsupported")]
    public void Codes_of_four_bits_beyond_their_storage_are_refused(int[] sizes, string errorId)
    {
        byte[] pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_qtensor").Mark()
            .Storage("QUInt4x2Storage", "0", 2).Int(0).Ints(sizes).Ints(1, 1, 1, 1)
            .Mark().Global("torch", "per_tensor_affine").Float(1).Int(0).Tuple().False().None().Tuple().Reduce().Stop();
        Assert.Equal(errorId, CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle, [1, 2])).ErrorId);
    }

    [Fact]
    public void Views_of_nothing_are_bounded_by_the_length_of_the_file()
    {
        int[] sizes = [0, .. Enumerable.Repeat(int.MaxValue, 63)];
        PickleBuilder pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_tensor_v2").Put(0).Storage("FloatStorage", "0", 6).Put(1)
            .Ints(sizes).Put(2);
        for (int i = 0; i < 30_000; i++) pickle.Get(0).Mark().Get(1).Int(i).Get(2).Get(2).Tuple().Reduce().Op('0');
        byte[] file = CheckpointBuilder.Zip(pickle.Stop(), new byte[24]);
        Assert.Equal("CheckpointTooLarge", CheckpointBuilder.ErrorOf(file).ErrorId);
    }

    [Fact]
    public void Devices_and_memo_indices_that_are_chosen_to_collide_do_not()
    {
        const uint buckets = 10_007;
        Assert.InRange(Buckets(i => PythonKeyComparer.Instance.GetHashCode(new DeviceReference("cpu", i << 32 | i))), 500, 1000);
        Assert.InRange(Buckets(i => PythonKeyComparer.Instance.GetHashCode(i * buckets)), 500, 1000);

        static int Buckets(Func<long, int> hash) => Enumerable.Range(0, 1000).Select(i => (uint)hash(i) % buckets).Distinct().Count();
    }

    [Fact]
    public void Numbers_are_those_of_Python_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new("") { NumberFormat = { NegativeSign = "minus" } };
        try
        {
            Assert.Equal(-5L, CheckpointBuilder.Read(CheckpointBuilder.Zip(new PickleBuilder().Proto().Raw("I-5\n"u8).Stop())));
            Assert.Equal(-5L, CheckpointBuilder.Read(CheckpointBuilder.Zip(new PickleBuilder().Proto().Raw("L-5L\n"u8).Stop())));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_quantized_storage_without_a_scale_is_refused()
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("QInt8Storage", "0", 2, [2], [1]).Stop();
        Assert.Contains(nameof(ElementType.QInt8), CheckpointBuilder.ErrorOf(CheckpointBuilder.Zip(pickle, [1, 2])).Message);
    }
}
