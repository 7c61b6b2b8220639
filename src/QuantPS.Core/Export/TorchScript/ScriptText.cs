using System.Globalization;
using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>Numbers as TorchScript's parser takes them.</summary>
internal static class ScriptText
{
    /// <summary>A float: with a point or an exponent.</summary>
    public static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    /// <summary>A boolean.</summary>
    public static string Flag(bool value) => value ? "True" : "False";

    /// <summary>A list.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>A pair along height and width.</summary>
    public static string Size(Size2 size) => $"[{size.Height}, {size.Width}]";

    /// <summary>The stride, the padding and the dilation of a window.</summary>
    public static string Window(Window2 window) => $"{Size(window.Stride)}, {Size(window.Padding)}, {Size(window.Dilation)}";

    /// <summary>A scale and a zero point.</summary>
    public static string Parameters(QuantParams parameters) => $"{Number(parameters.Scales[0])}, {parameters.ZeroPoint}";
}
