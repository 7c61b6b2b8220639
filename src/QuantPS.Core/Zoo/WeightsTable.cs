using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Reads the table of published weights, <c>Weights.csv</c>: comma-separated, without quotes, blanks around values of no meaning.</summary>
internal static class WeightsTable
{
    private const double MegabytesPerMebibyte = 1.048576;

    /// <summary>The weights of the table that comes with this assembly, in its order.</summary>
    public static ImmutableArray<PretrainedWeights> Load()
    {
        using Stream table = typeof(WeightsTable).Assembly.GetManifestResourceStream("Weights.csv")!;
        using var reader = new StreamReader(table);
        string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',', StringSplitOptions.TrimEntries))];
        Dictionary<string, string>[] rows = [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second))];
        // What quantized weights came from is a row of the same table.
        Dictionary<(string, string), PretrainedWeights> floats = rows.Where(row => row["backend"].Length == 0).Select(row => Read(row, null))
            .ToDictionary(weights => (weights.Name, weights.Weights));
        return [.. rows.Select(row => row["backend"].Length == 0 ? floats[(row["name"], row["weights"])] : Read(row, floats[(row["name"], row["unquantized"])]))];
    }

    private static PretrainedWeights Read(Dictionary<string, string> row, PretrainedWeights? unquantized)
    {
        Uri? url = Uri.TryCreate(row["url"], UriKind.Absolute, out Uri? absolute) ? absolute : null;
        return new(row["name"], row["weights"], url?.Segments[^1] ?? row["url"], url)
        {
            Backend = row["backend"] is { Length: > 0 } backend ? Enum.Parse<QuantizationBackend>(backend, ignoreCase: true) : null,
            IsDefault = row["default"] == "yes",
            Top1 = Number(row["top1"]),
            Top5 = Number(row["top5"]),
            SizeMB = Number(row["mib"]) * MegabytesPerMebibyte,
            Unquantized = unquantized,
            Resize = (int?)Number(row["resize"]),
            Crop = (int?)Number(row["crop"]),
            Labels = Labels(row["classes"]),
            OlderFileName = row["older"] is { Length: > 0 } older ? older : null,
        };
    }

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private static ImmutableArray<string> Labels(string classes) => classes switch
    {
        "cifar10" => ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        "shapes" => [.. SampleDataset.Classes],
        _ => [],
    };
}
