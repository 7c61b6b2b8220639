using System.Globalization;
using System.Net;
using System.Text;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Training;

/// <summary>
/// The last training in a model's history as an HTML page that needs nothing else: curves, accuracies, settings, epochs, and the scales of the
/// layers.
/// </summary>
public static class TrainingReport
{
    private const string Style =
        "body{font:15px/1.5 sans-serif;max-width:76em;margin:2em auto;padding:0 1em;color:#222}h1{font-size:1.6em}h2{font-size:1.2em;margin-top:2em}" +
        "table{border-collapse:collapse}th,td{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:right}th:first-child,td:first-child{text-align:left}" +
        "table.text td{text-align:left}svg{max-width:100%;height:auto}.charts{display:flex;flex-wrap:wrap;gap:1em}";

    private static readonly (string Name, string Title)[] _accuracies =
        [("FloatTop1", "trained weights in float"), ("FakeQuantizedTop1", "with fake quantization"), ("Int8Top1", "converted to int8")];

    /// <summary>Writes the page. It appears under its name, or replaces the one there, only when it is complete.</summary>
    /// <param name="model">The model that came out of the training, or of later steps.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException">
    /// What <see cref="ToHtml"/> throws. <c>CheckpointNotWritten</c>: the folder is not there, the disk is full, or the user may not.
    /// </exception>
    public static void Write(QuantModel model, string path)
    {
        byte[] page = Encoding.UTF8.GetBytes(ToHtml(model, Bridge.Load<IChartPainter>("Media")));
        Checkpoint.WriteFile(path, stream => stream.Write(page));
    }

    /// <summary>The page.</summary>
    /// <param name="model">The model that came out of the training, or of later steps.</param>
    /// <param name="painter">Draws the curves.</param>
    /// <exception cref="QuantPSException"><c>TrainingRecordNotFound</c>: no step of its history has the records of epochs.</exception>
    public static string ToHtml(QuantModel model, IChartPainter painter)
    {
        ModelStep step = model.History.LastOrDefault(step => step.Records.OfType<EpochRecord>().Any()) ?? throw new QuantPSException("TrainingRecordNotFound",
            $"The history of '{model.Name}' has no training. Give the model that Start-QatTraining emitted: files do not keep it.", model.Name);
        EpochRecord[] epochs = [.. step.Records.OfType<EpochRecord>()];
        var page = new StringBuilder();
        string title = Text($"Training of {model.Name}");
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{Style}</style></head>\n<body>\n<h1>{title}</h1>\n");
        page.Append($"<p>{Text(FormattableString.Invariant($"{step.Name}, {epochs.Length} epochs, {epochs.Sum(epoch => epoch.Seconds):0.0} s; the model is {model.Precision}{(model.Backend is { } backend ? $", {backend}" : "")}."))}</p>\n");

        page.Append("<div class=\"charts\">\n");
        page.Append(painter.PaintSvg(Curves("loss", "loss", epochs, epoch => epoch.TrainingLoss, epoch => epoch.ValidationLoss)));
        page.Append(painter.PaintSvg(Curves("top", "top-1, %", epochs, epoch => epoch.TrainingTop1, epoch => epoch.ValidationTop1)));
        page.Append("\n</div>\n");

        if (step.Measures.Count > 0)
            Table(page, "Accuracy on the validation images", "", ["", "Top-1, %"],
                _accuracies.Where(accuracy => step.Measures.ContainsKey(accuracy.Name)).Select(accuracy => (string[])[accuracy.Title, Number(step.Measures[accuracy.Name], "0.00")]));
        Table(page, "Settings and qconfig", "text", ["Setting", "Value"], step.Settings.Select(setting => (string[])[setting.Key, setting.Value]));
        Table(page, "Epochs", "", ["Epoch", "Training loss", "Training top-1, %", "Validation loss", "Validation top-1, %", "Learning rate", "Seconds"],
            epochs.Select(epoch => (string[])[$"{epoch.Epoch}", Number(epoch.TrainingLoss, "0.0000"), Number(epoch.TrainingTop1, "0.00"),
                Number(epoch.ValidationLoss, "0.0000"), Number(epoch.ValidationTop1, "0.00"), Number(epoch.LearningRate, "0.######"), Number(epoch.Seconds, "0.0")]));
        Table(page, "Layers", "", ["Module", "Operator", "Precision", "Activation scale", "Zero point", "Weight scale"],
            model.Layers.Select(layer => (string[])[layer.Module, layer.Operator, $"{layer.Precision}", Number(layer.Activation?.Scale, "G6"),
                Number(layer.Activation?.ZeroPoint, "0"), Scales(layer.Weight)]));
        if (!step.Layers.IsEmpty)
            Table(page, "Values of int8 layers against those of the trained weights in float", "", ["Module", "Operator", "Signal to noise, dB", "Mean error", "Largest error"],
                step.Layers.Select(layer => (string[])[layer.Module, layer.Operator, Number(layer.Sqnr, "0.0"), Number(layer.MeanError, "G3"), Number(layer.MaxError, "G3")]));
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static Chart Curves(string id, string title, EpochRecord[] epochs, Func<EpochRecord, double> training, Func<EpochRecord, double?> validation)
    {
        var curve = new ChartCurve("training", [.. epochs.Select(epoch => ((double)epoch.Epoch, training(epoch)))]);
        EpochRecord[] measured = [.. epochs.Where(epoch => validation(epoch) is not null)];
        return new Chart(id, title, measured.Length == 0 ? [curve]
            : [curve, new ChartCurve("validation", [.. measured.Select(epoch => ((double)epoch.Epoch, validation(epoch)!.Value))])]);
    }

    private static void Table(StringBuilder page, string title, string kind, string[] columns, IEnumerable<string[]> rows)
    {
        page.Append($"<h2>{Text(title)}</h2>\n<table class=\"{kind}\">\n<tr>{string.Concat(columns.Select(column => $"<th>{Text(column)}</th>"))}</tr>\n");
        foreach (string[] row in rows) page.Append($"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>\n");
        page.Append("</table>\n");
    }

    private static string Scales(QuantParams? weight) => weight is null ? ""
        : weight.Axis is null ? Number(weight.Scale, "G6")
        : $"{Number(weight.Scales.ToArray().Min(), "G6")} to {Number(weight.Scales.ToArray().Max(), "G6")} ({weight.Scales.Length} channels)";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
