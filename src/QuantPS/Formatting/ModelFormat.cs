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

    /// <summary>A share as a bar of eight characters and in percent.</summary>
    /// <param name="share">From 0 to 1.</param>
    public static string Bar(double share)
    {
        const int Width = 8;
        const string Parts = " ▏▎▍▌▋▊▉";
        double length = Math.Clamp(share, 0, 1) * Width;
        string bar = new('█', (int)length);
        int part = (int)((length - bar.Length) * Parts.Length);
        return $"{(part > 0 ? bar + Parts[part] : bar).PadRight(Width)} {(100 * share).ToString("0.0", CultureInfo.CurrentCulture),5} %";
    }

    /// <summary>A text that is no longer than its column: of a longer one, its beginning and its end.</summary>
    public static string Fit(string? text, int width)
    {
        string plain = PlainText.Of(text ?? "");
        int half = (width - 1) / 2;
        return plain.Length <= width ? plain : $"{plain[..half]}…{plain[^(width - 1 - half)..]}";
    }

    /// <summary>A path of modules that is no longer than its column: of a longer one, the end, which tells most.</summary>
    public static string End(string? path, int width)
    {
        string plain = PlainText.Of(path ?? "");
        return plain.Length <= width ? plain : $"…{plain[^(width - 1)..]}";
    }

    private static string Count(LayerInfo layer) =>
        layer.ParameterCount == 0 ? "" : layer.ParameterCount.ToString("N0", CultureInfo.CurrentCulture);
}
