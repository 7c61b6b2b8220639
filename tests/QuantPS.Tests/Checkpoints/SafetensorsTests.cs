using System.Text;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using Xunit;

namespace QuantPS.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    [Fact]
    public void What_is_written_is_read_again_in_its_order()
    {
        using TemporaryFolder folder = new();
        StateDict state = new()
        {
            { "b", Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]) }, { "a", Tensor.From<long>([7, -8]) }, { "none", Tensor.From<float>([], [0, 4]) }, { "wide", Tensor.From<float>([], [1_000_000, 1_000_000, 0]) },
            { "half", new Tensor(ElementType.Float16, [2], [0, 0x3C, 0, 0xC0]) }, { "brain", new Tensor(ElementType.BFloat16, [1], [0x80, 0x3F]) },
            { "scalar", Tensor.From<float>([9], Shape.Scalar) },
        };
        string path = folder.At("model.safetensors");
        SafetensorsFile.Write(state, path);
        StateDict read = StateDictReader.Read(path);
        Assert.Equal(state.Keys.Order(), read.Keys.Order());
        Assert.Equal(state.Keys.First(), read.Keys.First());
        foreach ((string key, Tensor tensor) in state.Tensors)
        {
            Assert.Equal(tensor.Type, ((Tensor)read[key]!).Type);
            Assert.Equal(tensor.Bytes, ((Tensor)read[key]!).Bytes);
        }
        Assert.Equal([1, -2], ((Tensor)read["half"]!).ToFloats());
        Assert.Equal([1], ((Tensor)read["brain"]!).ToFloats());
        Assert.Equal(0, BitConverter.ToInt64(File.ReadAllBytes(path)) % 8);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "CheckpointUnsafe", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "CheckpointUnsafe", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "CheckpointUnsafe", "no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "CheckpointUnsafe", "12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "CheckpointUnsafe", "no range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "CheckpointUnsafe", "no range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "CheckpointUnsafe", "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "CheckpointUnsafe", "dimension 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", 8, "CheckpointUnsafe", "8 dimensions")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", 8, "CheckpointTruncated", "needs more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8, "CheckpointTruncated", "16")]
    [InlineData("""{"a":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}""", 8, "CheckpointUnsupported", "F8_E5M2")]
    [InlineData("""{"a":{"shape":[8],"data_offsets":[0,8]}}""", 8, "CheckpointUnreadable", "dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", 8, "CheckpointUnreadable", "format")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "CheckpointUnsafe", "dimension 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""", 8, "CheckpointUnsafe", "no range")]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{}}}}}}}}}}""", 0, "CheckpointUnreadable", "format")]
    [InlineData("""[1]""", 0, "CheckpointUnreadable", "object")]
    [InlineData("""{"a": """, 0, "CheckpointUnreadable", "format")]
    public void A_header_that_contradicts_itself_or_the_file_is_an_error_that_names_the_file(string header, int dataBytes, string errorId, string why)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        Check([.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. new byte[dataBytes]], errorId, why);
    }

    [Fact]
    public void A_file_without_elements_may_have_empty_tensors()
    {
        using TemporaryFolder folder = new();
        SafetensorsFile.Write(new StateDict { { "a", Tensor.From<float>([], [5, 0]) } }, folder.At("empty.safetensors"));

        Assert.Equal([5, 0], Assert.Single(SafetensorsFile.Read(folder.At("empty.safetensors")).Tensors).Value.Shape);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_length_that_the_file_does_not_have_is_an_error(long length) => Check([.. BitConverter.GetBytes(length), .. "{}"u8], "CheckpointTruncated", "header");

    [Fact]
    public void A_file_that_ends_in_its_first_number_is_an_error() => Check([1, 2, 3], "CheckpointTruncated", "bytes");

    [Fact]
    public void Quantized_weights_have_no_place_in_the_format()
    {
        using TemporaryFolder folder = new();
        StateDict state = new() { { "w", Tensor.FromCodes([1, 2], [2], QuantParams.PerTensor(1, 0)) } };
        var error = Assert.Throws<QuantPSException>(() => SafetensorsFile.Write(state, folder.At("w.safetensors")));
        Assert.Equal("ExportFormatUnsuitable", error.ErrorId);
        Assert.False(File.Exists(folder.At("w.safetensors")));
    }

    private static void Check(byte[] content, string errorId, string why)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", content);
        var error = Assert.Throws<QuantPSException>(() => SafetensorsFile.Read(path));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(path, error.Message);
        Assert.Contains(why, error.Message);
    }
}
