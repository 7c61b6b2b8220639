using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text.Json;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>
/// Files of safetensors: the length of a header, the header as JSON with type, shape and place of each tensor, and their elements
/// (huggingface/safetensors, README, "Format").
/// </summary>
/// <remarks>
/// Files are taken to be hostile: the header is bounded in length and depth, each place must lie within the file and hold exactly what type
/// and shape say, and no byte may belong to two tensors or to none.
/// </remarks>
public static class SafetensorsFile
{
    /// <summary>The extension of the files.</summary>
    public const string Extension = ".safetensors";

    private const int LengthBytes = sizeof(long);
    private const long MaxHeaderBytes = 100_000_000;
    private const int MaxDepth = 8;
    private const string Metadata = "__metadata__";

    private static readonly FrozenDictionary<string, ElementType> s_types = new Dictionary<string, ElementType>
    {
        ["F64"] = ElementType.Float64, ["F32"] = ElementType.Float32, ["F16"] = ElementType.Float16, ["BF16"] = ElementType.BFloat16,
        ["I64"] = ElementType.Int64, ["I32"] = ElementType.Int32, ["I16"] = ElementType.Int16, ["I8"] = ElementType.Int8,
        ["U8"] = ElementType.UInt8, ["BOOL"] = ElementType.Bool,
    }.ToFrozenDictionary();

    /// <summary>Reads the tensors of a file in the order in which they lie in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told the number of bytes that are read, once for each mebibyte; what it throws ends the reading.</param>
    /// <exception cref="QuantPSException">
    /// CheckpointNotFound; CheckpointUnreadable; CheckpointTruncated; CheckpointUnsafe (it contradicts itself); CheckpointTooLarge;
    /// CheckpointUnsupported (an element type that is not known).
    /// </exception>
    public static StateDict Read(string path, IProgress<long>? progress = null) =>
        new CheckpointPart(path, Format: "safetensors file").Read(progress, Read);

    /// <summary>Writes the tensors of a state dict. The file appears under its name, or replaces the one there, only when it is complete.</summary>
    /// <param name="state">The state dict: tensors that are not quantized, and nothing else.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException">
    /// ExportFormatUnsuitable: it holds something that the format has no place for. CheckpointNotWritten: the folder is not there, the disk is
    /// full, or the user may not.
    /// </exception>
    public static void Write(StateDict state, string path)
    {
        foreach ((string key, object? value) in state)
            if (value is not Tensor tensor || NameOf(tensor.Element) is null)
                throw new QuantPSException("ExportFormatUnsuitable",
                    $"A safetensors file has no place for '{key}', which is {(value is Tensor other ? other.Element.ToString().ToLowerInvariant() : "no tensor")}. " +
                    "Write quantized models as a state dict (.pth).", key);
        Checkpoint.WriteFile(path, stream => Write(state, stream));
    }

    private static void Write(StateDict state, Stream stream)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long at = 0;
            foreach ((string key, Tensor tensor) in state.Tensors)
            {
                json.WriteStartObject(key);
                json.WriteString("dtype", NameOf(tensor.Element));
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces bring the elements to a multiple of 8.
        while (header.Length % LengthBytes != 0) header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach ((_, Tensor tensor) in state.Tensors) stream.Write(tensor.Bytes);
    }

    internal static StateDict Read(Stream stream, CheckpointPart part)
    {
        var window = new ByteWindow(stream, 0, stream.Length, part);
        long length = window.ReadInt64();
        if (length < 2 || length > window.Remaining) throw part.Truncated($"its header should have {length:N0} bytes, and {window.Remaining:N0} follow.");
        if (length > MaxHeaderBytes) throw part.TooLarge($"its header has {length:N0} bytes, and {MaxHeaderBytes:N0} is the most.");
        var state = new StateDict();
        long at = 0;
        foreach (Entry entry in Entries(window.ReadBytes(length), part, window.Remaining))
        {
            if (entry.Start != at) throw part.Unsafe($"'{entry.Name}' begins at byte {entry.Start:N0} of the data, and should at {at:N0}: tensors overlap, or leave a gap.");
            state.Add(entry.Name, new Tensor(entry.Element, entry.Shape, window.ReadBytes(entry.End - entry.Start)));
            at = entry.End;
        }
        return window.Remaining == 0 ? state : throw part.Unsafe($"{window.Remaining:N0} bytes at its end belong to no tensor.");
    }

    /// <summary>The tensors in the order of their places.</summary>
    private static List<Entry> Entries(byte[] header, CheckpointPart part, long dataBytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw part.Unreadable("its header is not a JSON object.");
            var names = new HashSet<string>(StringComparer.Ordinal);
            List<Entry> entries = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == Metadata) continue;
                if (!names.Add(property.Name)) throw part.Unsafe($"'{property.Name}' is there twice.");
                entries.Add(EntryOf(property.Name, property.Value, part.In(property.Name), dataBytes));
            }
            entries.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw part.Unreadable("its header is not as the format has it.", e);
        }
    }

    private static Entry EntryOf(string name, JsonElement value, CheckpointPart part, long dataBytes)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("dtype", out JsonElement type) || !value.TryGetProperty("shape", out JsonElement shape)
            || !value.TryGetProperty("data_offsets", out JsonElement places) || places.ValueKind != JsonValueKind.Array || places.GetArrayLength() != 2)
            throw part.Unreadable("it has not a dtype, a shape and two data_offsets.");
        string typeName = type.GetString() ?? "";
        if (!s_types.TryGetValue(typeName, out ElementType element)) throw part.Unsupported($"its dtype is '{typeName}'. Known are {string.Join(", ", s_types.Keys.Order())}.");
        var sizes = new int[shape.GetArrayLength() is <= 8 and int rank ? rank : throw part.Unsafe("it has more than 8 dimensions.")];
        for (int i = 0; i < sizes.Length; i++)
            if (!shape[i].TryGetInt32(out sizes[i]) || sizes[i] < 0) throw part.Unsafe($"its dimension {i} is no size.");
        Int128 bytes = sizes.Contains(0) ? 0 : element.Size();
        foreach (int size in sizes)
            bytes = bytes <= dataBytes ? bytes * size : throw part.Truncated($"its shape needs more than the {dataBytes:N0} bytes of data.");
        if (!places[0].TryGetInt64(out long start) || !places[1].TryGetInt64(out long end) || start < 0 || end < start) throw part.Unsafe("its data_offsets are no range.");
        if (end > dataBytes) throw part.Truncated($"its data should end at byte {end:N0}, and there are {dataBytes:N0}.");
        if (end - start != bytes) throw part.Unsafe($"its shape needs {bytes:N0} bytes, and its data_offsets hold {end - start:N0}.");
        return new(name, element, Shape.Create(sizes), start, end);
    }

    private static string? NameOf(ElementType element) => s_types.FirstOrDefault(known => known.Value == element).Key;

    private readonly record struct Entry(string Name, ElementType Element, Shape Shape, long Start, long End);
}
