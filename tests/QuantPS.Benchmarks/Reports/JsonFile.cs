using System.Text.Json;

namespace QuantPS.Benchmarks.Reports;

/// <summary>Results as a JSON file.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where results go unless the command line says otherwise.</summary>
    public static string Default(string name) => Path.Combine(Repository.Root, "TestResults", $"{name}.json");

    public static void Write(string file, object results)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(results, s_options) + "\n");
        Console.Error.WriteLine($"Written: {Path.GetFullPath(file)}");
    }
}
