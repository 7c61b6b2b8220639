using System.Globalization;
using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>Layers as a table for people.</summary>
internal static class LayerTable
{
    /// <param name="result">The layers.</param>
    /// <param name="limit">The multiply-adds a second of a core in int8; null where it is not known.</param>
    public static string Of(LayerResult result, double? limit)
    {
        var table = new TextTable("layer ", "kernel ", "MMACs", "QuantPS us", "ONNX Runtime us", "its operators ", "x", "of limit");
        foreach (LayerTime layer in result.Layers) Add(layer);
        Add(new LayerTime("(sum)", "", result.Layers.Sum(layer => layer.Macs),
            result.Layers.Sum(layer => layer.Microseconds), "", result.Layers.Sum(layer => layer.PeerMicroseconds)));
        Add(new LayerTime("(a run without profile)", "", result.Layers.Sum(layer => layer.Macs), result.Run.Minimum * 1000, "", result.PeerRun.Minimum * 1000));
        return $"""
            {result.Case} {result.Precision}, threads: {result.Threads}

            {table}
            Microseconds, the mean of the faster half of the runs; ONNX Runtime's are those of its own profile, which costs it some at each node.
            The last row has the shortest run of each without a profile.

            """;

        void Add(LayerTime layer)
        {
            double? share = result.Precision == "int8" && layer.Macs > 0 ? layer.Macs / (limit * result.Threads) / (layer.Microseconds / 1e6) : null;
            table.Add(layer.Name, layer.Kernel, layer.Macs == 0 ? "" : Text(layer.Macs / 1e6, "f1"), Text(layer.Microseconds, "f1"), Text(layer.PeerMicroseconds, "f1"),
                layer.PeerOperators, Text(layer.PeerMicroseconds / layer.Microseconds, "f2"), share is null ? "" : Text(100 * share, "f0") + " %");
        }
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
