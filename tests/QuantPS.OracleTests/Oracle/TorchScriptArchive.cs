using System.IO.Compression;
using System.Text;

namespace QuantPS.OracleTests.Oracle;

/// <summary>
/// Writes what <c>torch.jit.load</c> reads: a zip of stored entries with the source of a class and the tensors that its state is made from.
/// Source in an archive may call every registered operator, <c>ops.quantized</c> included, which source that is compiled may not.
/// </summary>
internal static class TorchScriptArchive
{
    /// <summary>Makes an archive.</summary>
    /// <param name="source">The body of the class <c>M</c>, indented by two blanks; with <c>__getstate__</c> and <c>__setstate__</c>.</param>
    /// <param name="tensors">The list that <c>__setstate__</c> gets.</param>
    public static byte[] Write(string source, IReadOnlyList<HostTensor> tensors)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "data.pkl", ScriptPickle.Write(tensors));
            Add(zip, "code/__torch__.py", Encoding.UTF8.GetBytes("class M(Module):\n" + source));
            for (int i = 0; i < tensors.Count; i++) Add(zip, $"data/{i}", tensors[i].Data);
            Add(zip, "constants.pkl", [0x80, 2, (byte)')', (byte)'.']);
            Add(zip, "byteorder", "little"u8);
            Add(zip, "version", "3\n"u8);
        }
        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        using Stream entry = zip.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
