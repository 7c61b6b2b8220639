using System.Buffers.Binary;
using System.Text;

namespace QuantPS.OracleTests.Oracle;

/// <summary>The pickle, protocol 2, of a script module whose state is a list of tensors.</summary>
internal sealed class ScriptPickle
{
    private readonly MemoryStream _bytes = new();

    private ScriptPickle() { }

    /// <summary>Writes <c>__torch__.M</c> with the tensors that its <c>__setstate__</c> takes.</summary>
    public static byte[] Write(IReadOnlyList<HostTensor> tensors)
    {
        var pickle = new ScriptPickle();
        pickle.Put(0x80, 2).Global("__torch__", "M").Put(')', 0x81);
        pickle.Global("torch.jit._pickle", "build_tensorlist").Put(']', '(');
        for (int i = 0; i < tensors.Count; i++) pickle.Tensor(tensors[i], i);
        pickle.Put('e', 0x85, 'R', 'b', '.');
        return pickle._bytes.ToArray();
    }

    private void Tensor(HostTensor tensor, int index)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Put('(');
        Put('(').Text("storage").Global("torch", tensor.StorageType).Text($"{index}").Text("cpu").Integer(tensor.Count).Put('t', 'Q');
        Integer(0).Sizes(tensor.Shape).Sizes(tensor.Strides).Put(0x89);
        Global("collections", "OrderedDict").Put(')', 'R', 't', 'R');
    }

    private ScriptPickle Sizes(IEnumerable<long> sizes)
    {
        Put('(');
        foreach (long size in sizes) Integer(size);
        return Put('t');
    }

    private ScriptPickle Global(string module, string name)
    {
        Put('c');
        _bytes.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        return this;
    }

    private ScriptPickle Text(string text) => Put('X').Raw(text.Length).Raw(Encoding.ASCII.GetBytes(text));

    private ScriptPickle Integer(long value) => Put((int)'J').Raw(checked((int)value));

    private ScriptPickle Raw(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    private ScriptPickle Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    private ScriptPickle Put(params ReadOnlySpan<int> opcodes)
    {
        foreach (int opcode in opcodes) _bytes.WriteByte((byte)opcode);
        return this;
    }
}
