using System.Text;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>A script module: the source of its class, the attributes of the object, and the constants that the source names <c>CONSTANTS.c0</c> and so on.</summary>
/// <param name="Source">The text of <c>code/__torch__.py</c>.</param>
/// <param name="Attributes">The attributes.</param>
/// <param name="Constants">The constants.</param>
/// <param name="Version">The version of the format, which tells what the operators mean that have changed (caffe2/serialize/versions.h).</param>
internal sealed record ScriptModule(string Source, PythonDict Attributes, IReadOnlyList<object?> Constants, int Version)
{
    /// <summary>The full name of the class.</summary>
    public const string ClassName = "__torch__.Model";

    /// <summary>The version that PyTorch writes where no operator needs a newer one.</summary>
    public const int OldestVersion = 3;

    /// <summary>The version since which GELU can be approximated.</summary>
    public const int ApproximateGelu = 10;

    /// <summary>Writes the records in PyTorch's order (<c>ScriptModuleSerializer</c>, torch/csrc/jit/serialization/export_module.cpp).</summary>
    public void Write(Stream stream, TorchScriptOptions options)
    {
        var archive = new RecordArchive(stream, options.RootName);
        if (options.Backend is { } backend) archive.Add("extra/quantized_engine", Encoding.ASCII.GetBytes(backend.ToString().ToLowerInvariant()));
        AddPickle(archive, "data", new PickledObject(ClassName, Attributes));
        archive.Add("code/__torch__.py", Encoding.UTF8.GetBytes(Source));
        AddPickle(archive, "constants", new PythonTuple([.. Constants]));
        archive.Add("version", Encoding.ASCII.GetBytes(FormattableString.Invariant($"{Version}\n")));
        archive.Add("byteorder", "little"u8);
        archive.Finish();
    }

    private void AddPickle(RecordArchive archive, string name, object value)
    {
        (ReadOnlyMemory<byte> pickle, IReadOnlyList<Tensor> storages) = Pickler.Save(value);
        HashSet<Tensor> images = [.. Constants.OfType<ChannelsLast>().Select(image => image.Tensor)];
        // One buffer for all images: the weights of a large network are never in memory twice.
        var buffer = new byte[images.Select(image => image.ByteCount).DefaultIfEmpty().Max()];
        for (int i = 0; i < storages.Count; i++)
        {
            ReadOnlySpan<byte> bytes = storages[i].Bytes;
            if (images.Contains(storages[i]))
            {
                Span<byte> image = buffer.AsSpan(0, bytes.Length);
                new ChannelsLast(storages[i]).CopyTo(image);
                bytes = image;
            }
            archive.Add($"{name}/{i}", bytes);
        }
        archive.Add($"{name}.pkl", pickle.Span);
    }
}
