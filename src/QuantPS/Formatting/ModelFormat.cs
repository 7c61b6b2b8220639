using System.Globalization;
using QuantPS.Analysis;

namespace QuantPS.Formatting;

/// <summary>Text that the module's views show and that properties alone do not give.</summary>
public static class ModelFormat
{
    /// <summary>The layers of a model as a table of at most 100 columns: narrow enough to stand in a list.</summary>
    public static string Layers(QuantModel model)
    {
        string[][] rows =
        [
            ["Module", "Operator", "Output", "Precision", "Parameters"],
            .. model.Layers.Select(layer => (string[])
                [layer.Module, layer.Operator, layer.Output.ToString(), layer.Precision.ToString(), Count(layer)]),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Join(Environment.NewLine, rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static string Count(LayerInfo layer) =>
        layer.ParameterCount == 0 ? "" : layer.ParameterCount.ToString("N0", CultureInfo.CurrentCulture);
}
