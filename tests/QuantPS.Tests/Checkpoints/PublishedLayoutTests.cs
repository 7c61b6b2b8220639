using System.IO.Compression;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Layouts that PyTorch has written or writes, and that the module's own writer does not.</summary>
public sealed class PublishedLayoutTests
{
    private static readonly byte[] s_six = CheckpointBuilder.BytesOf(1f, 2f, 3f, 4f, 5f, 6f);

    [Theory]
    [InlineData("FloatStorage", ElementType.Float32)]
    [InlineData("DoubleStorage", ElementType.Float64)]
    [InlineData("HalfStorage", ElementType.Float16)]
    [InlineData("BFloat16Storage", ElementType.BFloat16)]
    [InlineData("BoolStorage", ElementType.Bool)]
    [InlineData("ByteStorage", ElementType.UInt8)]
    [InlineData("CharStorage", ElementType.Int8)]
    [InlineData("ShortStorage", ElementType.Int16)]
    [InlineData("IntStorage", ElementType.Int32)]
    [InlineData("LongStorage", ElementType.Int64)]
    [InlineData("ComplexFloatStorage", ElementType.Complex64)]
    [InlineData("ComplexDoubleStorage", ElementType.Complex128)]
    public void Every_storage_class_gives_its_element_type_in_both_formats(string storage, ElementType type)
    {
        byte[] data = [.. Enumerable.Range(0, 6 * type.Size()).Select(i => (byte)i)];
        byte[] columns = [.. new[] { 0, 3, 1, 4, 2, 5 }.SelectMany(i => data.AsSpan(i * type.Size(), type.Size()).ToArray())];
        byte[] pickle = new PickleBuilder().Proto().Tensor(storage, "0", 6, [3, 2], [1, 3]).Stop();
        foreach (byte[] file in new[] { CheckpointBuilder.Zip(pickle, data), CheckpointBuilder.Legacy(pickle, (type.Size(), data)) })
        {
            Tensor tensor = ReadTensor(file);
            Assert.Equal((type, "3x2"), (tensor.Element, tensor.Shape.ToString()));
            Assert.Equal(columns, tensor.Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData(new[] { 2, 2 }, new[] { 2, 1 }, 1, new[] { 2f, 3, 4, 5 })]
    [InlineData(new[] { 2, 2 }, new[] { 1, 2 }, 2, new[] { 3f, 5, 4, 6 })]
    [InlineData(new[] { 3 }, new[] { 2 }, 1, new[] { 2f, 4, 6 })]
    [InlineData(new[] { 2, 1, 3 }, new[] { 3, 99, 1 }, 0, new[] { 1f, 2, 3, 4, 5, 6 })]
    [InlineData(new[] { 2, 3 }, new[] { 0, 1 }, 3, new[] { 4f, 5, 6, 4, 5, 6 })]
    [InlineData(new int[0], new int[0], 5, new[] { 6f })]
    [InlineData(new[] { 0, 3 }, new[] { 3, 1 }, 6, new float[0])]
    public void Offsets_and_strides_give_contiguous_tensors(int[] sizes, int[] strides, int offset, float[] expected)
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("FloatStorage", "0", 6, sizes, strides, offset).Stop();
        Tensor tensor = ReadTensor(CheckpointBuilder.Zip(pickle, s_six));
        Assert.Equal(Shape.Create(sizes), tensor.Shape);
        Assert.Equal(expected, tensor.ToFloats());
    }

    [Fact]
    public void Tensors_that_are_the_same_view_of_a_storage_are_one_tensor()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Mark();
        pickle.Tensor("FloatStorage", "0", 6, [6], [1]).Tensor("FloatStorage", "0", 6, [6], [1]).Tensor("FloatStorage", "0", 6, [2], [1], 4);
        var tensors = Assert.IsType<PythonTuple>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle.Tuple().Stop(), s_six)));
        Assert.Same(tensors[0], tensors[1]);
        Assert.Equal([5f, 6f], Assert.IsType<Tensor>(tensors[2]).ToFloats());
    }

    [Fact]
    public void A_storage_of_the_first_versions_may_be_a_view_of_another()
    {
        byte[] pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_tensor").Mark()
            .Mark().Text("storage").Global("torch.cuda", "FloatStorage").Text("0").Text("cuda:0").Int(6)
            .Mark().Text("view").Int(2).Int(3).Tuple().Tuple().PersistentId().Int(1).Ints(2).Ints(1).Tuple().Reduce().Stop();
        Assert.Equal([4f, 5f], ReadTensor(CheckpointBuilder.Legacy(pickle, (4, s_six))).ToFloats());
    }

    [Fact]
    public void Parameters_are_their_data()
    {
        static PickleBuilder Hooks(PickleBuilder pickle) => pickle.True().Global("collections", "OrderedDict").EmptyTuple().Reduce();
        byte[] plain = Hooks(new PickleBuilder().Proto().Global("torch._utils", "_rebuild_parameter").Mark()
            .Tensor("FloatStorage", "0", 6, [6], [1])).Tuple().Reduce().Stop();
        byte[] withState = Hooks(new PickleBuilder().Proto().Global("torch._utils", "_rebuild_parameter_with_state").Mark()
            .Tensor("FloatStorage", "0", 6, [6], [1])).EmptyDict().Text("note").Int(1).SetItem().Tuple().Reduce().Stop();
        byte[] subclass = new PickleBuilder().Proto().Global("torch._tensor", "_rebuild_from_type_v2").Mark()
            .Global("torch._utils", "_rebuild_tensor_v2").Global("torch.nn.parameter", "Parameter")
            .Mark().Storage("FloatStorage", "0", 6).Int(0).Ints(6).Ints(1).False().None().Tuple().EmptyDict().Tuple().Reduce().Stop();
        foreach (byte[] pickle in new[] { plain, withState, subclass })
        {
            Assert.Equal([1f, 2, 3, 4, 5, 6], ReadTensor(CheckpointBuilder.Zip(pickle, s_six)).ToFloats());
            Assert.Equal([1f, 2, 3, 4, 5, 6], ReadTensor(CheckpointBuilder.Legacy(pickle, (4, s_six))).ToFloats());
        }
    }

    [Fact]
    public void An_untyped_storage_takes_the_dtype_beside_it()
    {
        byte[] pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_tensor_v3").Mark()
            .Mark().Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Int(24).Tuple().PersistentId()
            .Int(2).Ints(2, 2).Ints(2, 1).False().None().Global("torch", "float32").None().Tuple().Reduce().Stop();
        Assert.Equal([3f, 4, 5, 6], ReadTensor(CheckpointBuilder.Zip(pickle, s_six)).ToFloats());
    }

    [Fact]
    public void A_tensor_is_quantized_as_a_whole()
    {
        byte[] pickle = QuantizedTensor("QUInt8Storage", quantizer =>
            quantizer.Mark().Global("torch", "per_tensor_affine").Float(0.5).Int(10).Tuple()).Stop();
        Tensor tensor = ReadTensor(CheckpointBuilder.Zip(pickle, [8, 10, 12, 255, 0, 11]));
        Assert.Equal((ElementType.QUInt8, QuantParams.PerTensor(0.5, 10)), (tensor.Element, tensor.Quantization));
        Assert.Equal([-1, 0, 1, 122.5f, -5, 0.5f], tensor.ToFloats());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tensor_is_quantized_per_channel_with_tensors_or_lists(bool asTensors)
    {
        byte[] pickle = QuantizedTensor("QInt8Storage", quantizer =>
        {
            quantizer.Mark().Global("torch", "per_channel_affine");
            if (asTensors) quantizer.Tensor("DoubleStorage", "1", 2, [2], [1]).Tensor("LongStorage", "2", 2, [2], [1]);
            else quantizer.Op(']').Mark().Float(0.5).Float(2).Op('e').Op(']').Mark().Int(0).Int(-3).Op('e');
            quantizer.Int(0).Tuple();
        }).Stop();
        byte[] file = CheckpointBuilder.Zip(pickle, [1, 2, 3, 0xFE, 5, 6], CheckpointBuilder.BytesOf(0.5, 2.0), CheckpointBuilder.BytesOf(0L, -3L));
        Tensor tensor = ReadTensor(file);
        Assert.Equal(QuantParams.PerChannel([0.5, 2], [0, -3], 0), tensor.Quantization);
        Assert.Equal([0.5f, 1, 1.5f, 2, 16, 18], tensor.ToFloats());
    }

    [Fact]
    public void The_objects_around_tensors_read_as_values()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Mark();
        pickle.Global("torch", "Size").Mark().Ints(2, 3).Tuple().Reduce();
        pickle.Global("torch", "device").Mark().Text("cuda").Int(1).Tuple().Reduce();
        pickle.Global("torch", "qint8").Global("torch", "float64").None().True().Float(-0.25).Int(-7);
        pickle.Global("collections", "Counter").Mark().EmptyDict().Int(30).Int(1).SetItem().Tuple().Reduce();
        pickle.Global("_codecs", "encode").Mark().Text("a\u00FF").Text("latin1").Tuple().Reduce();
        var values = Assert.IsType<PythonTuple>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle.Tuple().Stop())));
        Assert.Equal([2L, 3L], Assert.IsType<PythonTuple>(values[0]));
        Assert.Equal([new DeviceReference("cuda", 1), DTypeReference.QInt8, new DTypeReference(ElementType.Float64), null, true, -0.25, -7L], values.Skip(1).Take(7));
        Assert.Equal(1L, Assert.IsType<PythonDict>(values[8])[30]);
        Assert.Equal([(byte)'a', 0xFF], Assert.IsType<byte[]>(values[9]));
    }

    [Fact]
    public void A_tuple_in_many_places_is_one_value()
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Ints(1, 2, 3, 4, 5, 6, 7, 8).Put(0).Op('0').Mark();
        for (int i = 0; i < 1000; i++) pickle.Get(0);
        var places = Assert.IsType<PythonTuple>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle.Tuple().Stop())));
        Assert.Equal(1000, places.Count);
        Assert.Same(places[0], places[999]);
    }

    [Fact]
    public void The_opcodes_of_protocol_5_read()
    {
        PickleBuilder body = new PickleBuilder().Mark().Raw(0x8C, 1).Raw("a"u8).Raw(0x94).Raw(0x8D).Int64(1).Raw("b"u8).Raw(0x94);
        body.Raw(0x8C, 5).Raw("torch"u8).Raw(0x8C, 5).Raw("int16"u8).Raw(0x93).Raw(0x94);
        body.Op('C').Raw(2, 8, 9).Raw(0x8E).Int64(1).Raw(7).Raw(0x96).Int64(1).Raw(6).Get(0).Op('j').UInt32(2).Tuple();
        byte[] pickle = new PickleBuilder().Proto(5).Raw(0x95).Int64(body.Bytes.Length + 1).Raw(body.Bytes).Stop();
        var type = new DTypeReference(ElementType.Int16);
        var values = Assert.IsType<PythonTuple>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle)));
        Assert.Equal(["a", "b", type, new byte[] { 8, 9 }, new byte[] { 7 }, new byte[] { 6 }, "a", type], values);
    }

    [Fact]
    public void The_opcodes_of_protocol_1_and_of_Python_2_read()
    {
        PickleBuilder pickle = new PickleBuilder().Mark();
        pickle.Raw("I01\n"u8).Raw("I-5\n"u8).Raw("L12345678901234567890L\n"u8).Op('U').Raw(2).Raw("ab"u8).Op('T').UInt32(1).Raw("c"u8);
        pickle.Mark().Text("k").Int(1).Op('d').Mark().Int(4).Op('l');
        pickle.Global("collections", "OrderedDict").Mark().Op(']').Op(']').Mark().Text("x").Int(9).Op('e').Op('a').Tuple().Reduce();
        var values = Assert.IsType<PythonTuple>(CheckpointBuilder.Read(CheckpointBuilder.Zip(pickle.Tuple().Stop())));
        Assert.Equal([true, -5L, System.Numerics.BigInteger.Parse("12345678901234567890"), "ab", "c"], values.Take(5));
        Assert.Equal(1L, Assert.IsType<PythonDict>(values[5])["k"]);
        Assert.Equal([4L], Assert.IsType<List<object?>>(values[6]));
        var ordered = Assert.IsType<PythonDict>(values[7]);
        Assert.True(ordered.IsOrderedDict);
        Assert.Equal(9L, ordered["x"]);
    }

    [Fact]
    public void An_archive_that_another_tool_compressed_reads()
    {
        byte[] zeros = new byte[4096];
        byte[] pickle = new PickleBuilder().Proto().Tensor("ByteStorage", "0", 4096, [4096], [1]).Stop();
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("folder/");
            foreach ((string name, byte[] data) in new[] { ("folder/data.pkl", pickle), ("folder/data/0", zeros), ("other/note.txt", s_six) })
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(data);
            }
        }
        Assert.Equal(zeros, ReadTensor(stream.ToArray()).Bytes.ToArray());
    }

    [Fact]
    public void A_checksum_of_zero_says_that_none_was_computed()
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("FloatStorage", "0", 6, [6], [1]).Stop();
        Assert.Equal(6f, ReadTensor(CheckpointBuilder.ZipWithoutChecksums(pickle, s_six)).ToFloats()[5]);
    }

    [Fact]
    public void Big_endian_numbers_are_refused_in_both_formats()
    {
        byte[] pickle = new PickleBuilder().Proto().None().Stop();
        byte[] zip = new ZipBuilder().Add("m/data.pkl", pickle).Add("m/byteorder", "big"u8.ToArray()).Build();
        byte[] legacy = CheckpointBuilder.Legacy(pickle);
        legacy[legacy.AsSpan().IndexOf("little_endian"u8) + "little_endian".Length] = 0x89;
        foreach (byte[] file in new[] { zip, legacy })
        {
            QuantPSException error = CheckpointBuilder.ErrorOf(file);
            Assert.Equal("CheckpointUnsupported", error.ErrorId);
            Assert.Contains("byte order", error.Message);
        }
    }

    [Fact]
    public void A_TorchScript_archive_is_refused_with_what_to_do()
    {
        byte[] file = new ZipBuilder().Add("m/data.pkl", []).Add("m/constants.pkl", []).Add("m/code/__torch__.py", []).Build();
        QuantPSException error = CheckpointBuilder.ErrorOf(file);
        Assert.Equal("CheckpointUnsupported", error.ErrorId);
        Assert.Contains("state_dict()", error.Message);
    }

    private static PickleBuilder QuantizedTensor(string storage, Action<PickleBuilder> quantizer)
    {
        PickleBuilder pickle = new PickleBuilder().Proto().Global("torch._utils", "_rebuild_qtensor").Mark()
            .Storage(storage, "0", 6).Int(0).Ints(2, 3).Ints(3, 1);
        quantizer(pickle);
        return pickle.False().Global("collections", "OrderedDict").EmptyTuple().Reduce().Tuple().Reduce();
    }

    private static Tensor ReadTensor(byte[] file) => Assert.IsType<Tensor>(CheckpointBuilder.Read(file));
}
