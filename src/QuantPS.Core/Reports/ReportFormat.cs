namespace QuantPS.Reports;

/// <summary>The format of a report.</summary>
public enum ReportFormat
{
    /// <summary>Markdown with tables, as GitHub and Azure Pipelines show it.</summary>
    Markdown,
    /// <summary>JSON with all figures.</summary>
    Json,
    /// <summary>The XML of JUnit: a test suite for each model, a test case for each gate.</summary>
    JUnit,
    /// <summary>One HTML page with plots, which needs no other file.</summary>
    Html,
}
