using System.Runtime.InteropServices;
using System.Text;

namespace QuantPS.Benchmarks.Onnx;

/// <summary>A message in the wire format of protocol buffers, written field by field.</summary>
internal sealed class ProtobufMessage
{
    private const int VarintWire = 0, BytesWire = 2, Fixed32Wire = 5;

    private readonly MemoryStream _bytes = new();

    public ProtobufMessage Integer(int field, long value)
    {
        Tag(field, VarintWire);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Real(int field, float value)
    {
        Tag(field, Fixed32Wire);
        _bytes.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)));
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) =>
        Bytes(field, value._bytes.GetBuffer().AsSpan(0, (int)value._bytes.Length));

    public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, BytesWire);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    private void Tag(int field, int wire) => Varint((ulong)(field << 3 | wire));

    private void Varint(ulong value)
    {
        for (; value > 0x7f; value >>= 7) _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
