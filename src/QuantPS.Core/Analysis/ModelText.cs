using System.Globalization;
using System.Text;

namespace QuantPS.Analysis;

/// <summary>Models as text for people.</summary>
internal static class ModelText
{
    private static readonly string[] s_headings = ["Module", "Operator", "Output", "Precision", "Parameters", "Attributes"];

    /// <summary>A line about the model, and a table of its layers.</summary>
    public static string Of(QuantModel model)
    {
        string[][] rows =
        [
            s_headings,
            .. model.Layers.Select(layer => (string[])[layer.Module, layer.Operator, $"{layer.Output}", $"{layer.Precision}",
                layer.ParameterCount == 0 ? "" : layer.ParameterCount.ToString("N0", CultureInfo.InvariantCulture), Attributes(layer)]),
        ];
        int[] widths = [.. s_headings.Select((_, column) => rows.Max(row => row[column].Length))];
        var text = new StringBuilder(Summary(model));
        foreach (string[] row in rows)
            text.AppendLine().Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }

    /// <summary>Name, precision, backend, number of parameters and share of int8 weights, in one line.</summary>
    public static string Summary(QuantModel model)
    {
        string backend = model.Backend is null ? "" : $" ({model.Backend.ToString()!.ToLowerInvariant()})";
        return string.Create(CultureInfo.InvariantCulture,
            $"{model.Name}: {model.Precision}{backend}, {model.ParameterCount:N0} parameters, {model.QuantizedFraction:P1} of the weights in int8");
    }

    private static string Attributes(LayerInfo layer) => layer.Activation is null ? layer.Attributes
        : layer.Attributes.Length == 0 ? $"{layer.Activation}" : $"{layer.Attributes}, {layer.Activation}";
}
