using System.Buffers.Binary;
using System.Text;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Puts pickles together opcode by opcode, right ones and wrong ones.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char opcode) => Raw((byte)opcode);

    public PickleBuilder Proto(byte version = 2) => Raw(0x80, version);

    public PickleBuilder Mark() => Op('(');

    public PickleBuilder Tuple() => Op('t');

    public PickleBuilder Reduce() => Op('R');

    public PickleBuilder None() => Op('N');

    public PickleBuilder True() => Raw(0x88);

    public PickleBuilder False() => Raw(0x89);

    public PickleBuilder EmptyTuple() => Op(')');

    public PickleBuilder EmptyDict() => Op('}');

    public PickleBuilder SetItem() => Op('s');

    public PickleBuilder PersistentId() => Op('Q');

    public PickleBuilder Put(byte index) => Op('q').Raw(index);

    public PickleBuilder Get(byte index) => Op('h').Raw(index);

    public byte[] Stop() => Op('.').Bytes;

    public PickleBuilder Int(int value) => Op('J').UInt32((uint)value);

    public PickleBuilder Float(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Op('G').Raw(bytes);
    }

    public PickleBuilder Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').UInt32((uint)bytes.Length).Raw(bytes);
    }

    public PickleBuilder Global(string module, string name) => Op('c').Raw(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Ints(params ReadOnlySpan<int> values)
    {
        Mark();
        foreach (int value in values) Int(value);
        return Tuple();
    }

    public PickleBuilder UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBuilder Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    /// <summary>The storage that a persistent identifier names.</summary>
    public PickleBuilder Storage(string type, string key, int count) =>
        Mark().Text("storage").Global("torch", type).Text(key).Text("cpu").Int(count).Tuple().PersistentId();

    /// <summary>A call of <c>_rebuild_tensor_v2</c>.</summary>
    public PickleBuilder Tensor(string type, string key, int count, int[] sizes, int[] strides, int offset = 0) =>
        Global("torch._utils", "_rebuild_tensor_v2").Mark().Storage(type, key, count).Int(offset).Ints(sizes).Ints(strides)
            .False().Global("collections", "OrderedDict").EmptyTuple().Reduce().Tuple().Reduce();
}
