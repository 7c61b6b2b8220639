using System.Runtime.InteropServices;
using QuantPS.Checkpoints;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Makes files of both formats around a pickle, as PyTorch has written them, and reads them.</summary>
internal static class CheckpointBuilder
{
    public const string Name = "made.pt";

    /// <summary>A zip archive as PyTorch 1.6 wrote it: no record of the byte order.</summary>
    public static byte[] Zip(byte[] pickle, params ReadOnlySpan<byte[]> storages)
    {
        ZipBuilder builder = new ZipBuilder().Add("archive/data.pkl", pickle);
        for (int i = 0; i < storages.Length; i++) builder.Add($"archive/data/{i}", storages[i]);
        return builder.Add("archive/version", "3\n"u8.ToArray()).Build();
    }

    /// <summary>The same without checksums, so that changes are not found out by them.</summary>
    public static byte[] ZipWithoutChecksums(byte[] pickle, params ReadOnlySpan<byte[]> storages)
    {
        ZipBuilder builder = new ZipBuilder().Add(new ZipBuilder.Entry("archive/data.pkl", pickle) { Crc = 0 });
        for (int i = 0; i < storages.Length; i++) builder.Add(new ZipBuilder.Entry($"archive/data/{i}", storages[i]) { Crc = 0 });
        return builder.Build();
    }

    /// <summary>A legacy file with storages under the keys 0, 1, ...; each with the size of its elements.</summary>
    public static byte[] Legacy(byte[] pickle, params ReadOnlySpan<(int ElementSize, byte[] Data)> storages)
    {
        var named = new (string Key, int Count, byte[] Data)[storages.Length];
        for (int i = 0; i < named.Length; i++) named[i] = ($"{i}", storages[i].Data.Length / storages[i].ElementSize, storages[i].Data);
        return Legacy(pickle, named);
    }

    /// <summary>A legacy file with storages under any keys.</summary>
    public static byte[] Legacy(byte[] pickle, (string Key, int Count, byte[] Data)[] storages)
    {
        var file = new List<byte>();
        file.AddRange(new PickleBuilder().Proto().Raw(0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19).Stop());
        file.AddRange(new PickleBuilder().Proto().Int(1001).Stop());
        file.AddRange(new PickleBuilder().Proto().EmptyDict().Text("little_endian").True().SetItem().Stop());
        file.AddRange(pickle);
        PickleBuilder keys = new PickleBuilder().Proto().Op(']').Mark();
        foreach ((string key, _, _) in storages) keys.Text(key);
        file.AddRange(keys.Op('e').Stop());
        foreach ((_, int count, byte[] data) in storages)
        {
            file.AddRange(BitConverter.GetBytes((long)count));
            file.AddRange(data);
        }
        return [.. file];
    }

    public static byte[] BytesOf<T>(params ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    public static object? Read(byte[] file) => Checkpoint.Read(new MemoryStream(file), Name);

    /// <summary>The error that reading a file gives; it names the file.</summary>
    public static QuantPSException ErrorOf(byte[] file)
    {
        var error = Assert.Throws<QuantPSException>(() => Read(file));
        Assert.Contains(Name, error.Message);
        Assert.Equal(Name, error.Target);
        return error;
    }
}
