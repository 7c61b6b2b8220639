using System.Text.Json;

namespace QuantPS;

/// <summary>Small files of JSON, which are taken to be hostile: their length and depth are bounded.</summary>
internal static class JsonFile
{
    private const long MaxBytes = 16 << 20;
    private const int MaxDepth = 32;

    /// <summary>Reads an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="errorId">What errors are called.</param>
    public static JsonDocument Read(string path, string errorId)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxBytes) throw new QuantPSException(errorId, $"'{path}' cannot be read: it has {file.Length:N0} bytes, and {MaxBytes:N0} is the most.", path);
            JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document
                : throw new QuantPSException(errorId, $"'{path}' cannot be read: it does not hold a JSON object.", path);
        }
        catch (JsonException e)
        {
            throw new QuantPSException(errorId, $"'{path}' cannot be read: it is not JSON ({e.Message})", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException(errorId, $"'{path}' cannot be read: {e.Message}", path, e);
        }
    }

    /// <summary>A text; null where it is not there or is something else.</summary>
    public static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A number; null where it is not there or is something else.</summary>
    public static double? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;

    /// <summary>A truth value; null where it is not there or is something else.</summary>
    public static bool? Flag(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
}
