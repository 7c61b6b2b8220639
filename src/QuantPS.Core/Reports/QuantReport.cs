using System.Collections.Immutable;
using System.Text;
using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Gates;

namespace QuantPS.Reports;

/// <summary>What a report tells: models, how they compare, and what came of gates.</summary>
/// <param name="Title">The title.</param>
/// <param name="Comparisons">What was measured of each model; alone, where it was compared with nothing.</param>
/// <param name="Gates">What came of gates, in any order.</param>
public sealed record QuantReport(string Title, ImmutableArray<ModelComparison> Comparisons, ImmutableArray<GateResult> Gates)
{
    /// <summary>Every model once, references before what is compared with them; the comparison is null for a model that is only a reference.</summary>
    public ImmutableArray<(ModelFigures Model, ModelComparison? Comparison)> Models { get; } =
    [
        .. Comparisons.SelectMany(comparison => new (ModelFigures? Model, ModelComparison? Comparison)[] { (comparison.Reference, null), (comparison.Candidate, comparison) })
            .Where(row => row.Model is not null)
            .GroupBy(row => row.Model!.ToString())
            .Select(same => (same.First().Model!, same.Select(row => row.Comparison).FirstOrDefault(comparison => comparison is not null))),
    ];

    /// <summary>The report as the text of a file.</summary>
    public string ToText(ReportFormat format) => format switch
    {
        ReportFormat.Markdown => MarkdownReport.Write(this),
        ReportFormat.Json => JsonReport.Write(this),
        ReportFormat.JUnit => JUnitReport.Write(this),
        _ => HtmlReport.Write(this),
    };

    /// <summary>Writes the report to a file, whole or not at all.</summary>
    /// <exception cref="QuantPSException"><c>CheckpointNotWritten</c>: the folder is not there, the disk is full, or the user may not.</exception>
    public void Write(string path, ReportFormat format) => Checkpoint.WriteFile(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToText(format))));
}
