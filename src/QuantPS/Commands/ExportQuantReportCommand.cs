using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Gates;
using QuantPS.Reports;

namespace QuantPS.Commands;

/// <summary>Writes a report on models: sizes, accuracy, times, the layers that lose most, gates, and how each model was made.</summary>
/// <remarks>
/// <para>
/// Takes models, what Compare-QuantModel gives, and what Test-QuantModelGate -Detailed gives, in any order and number. The extension tells
/// the format: .md is Markdown; .html one page with plots that needs no other file; .json has all figures; .xml is JUnit, a suite for each
/// model and a test case for each gate, for the test results of a pipeline.
/// </para>
/// <para>Names of models, layers and files are text in all of them, whatever characters they have.</para>
/// </remarks>
/// <example>
/// <para>Write a page with plots, and the gates as test results.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $float = Get-QuantizedPretrained sample_net -Float
/// $comparison = $float | Invoke-StaticQuantization ./shapes/train | Compare-QuantModel $float -Data ./shapes/test -Duration 0.5
/// $gates = $comparison | Test-QuantModelGate -MaxAccuracyDrop 2 -MinRatio 3 -Detailed
/// $comparison, $gates | Export-QuantReport ./report.html, ./gates.xml
/// </code>
/// </example>
/// <example>
/// <para>Write down how a model was made.</para>
/// <code>
/// Get-QuantizedPretrained sample_net -Float | Invoke-DynamicQuantization | Export-QuantReport ./report.md -Title 'The network of shapes'
/// </code>
/// </example>
/// <returns>The files.</returns>
/// <seealso cref="CompareQuantModelCommand"/>
/// <seealso cref="TestQuantModelGateCommand"/>
[Cmdlet(VerbsData.Export, "QuantReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportQuantReportCommand : QuantPSCmdlet
{
    private static readonly (string Extension, ReportFormat Format)[] _extensions =
        [(".md", ReportFormat.Markdown), (".html", ReportFormat.Html), (".htm", ReportFormat.Html), (".json", ReportFormat.Json), (".xml", ReportFormat.JUnit)];

    private readonly List<ModelComparison> _comparisons = [];
    private readonly List<GateResult> _gates = [];
    private (string Path, ReportFormat Format)[] _files = [];

    /// <summary>Models, comparisons and results of gates.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public object[] InputObject { get; set; } = [];

    /// <summary>The files to write, one for each format that is wanted. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The format of all files; their extensions tell when it is not given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<ReportFormat>))]
    public Choice<ReportFormat>? Format { get; set; }

    /// <summary>The title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Quantization report";

    /// <summary>Replaces files that are there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => _files = [.. Path.Select(FullPath).Select(path => (path, FormatOf(path)))];

    /// <inheritdoc/>
    protected override void Process() => ForEach(InputObject, Take);

    /// <inheritdoc/>
    protected override void End()
    {
        if (_comparisons.Count == 0 && _gates.Count == 0)
            throw new QuantPSException("NothingToReport", "There is nothing to report. Pipe in models, what Compare-QuantModel gives, or what Test-QuantModelGate -Detailed gives.");
        var report = new QuantReport(Title, [.. _comparisons], [.. _gates]);
        ForEach(_files, file =>
        {
            if (File.Exists(file.Path) && !Force)
                throw new QuantPSException("PathInUse", $"'{file.Path}' is there already. Add -Force to replace it.", file.Path);
            if (!ShouldProcess(file.Path, $"Write a report as {file.Format}")) return;
            report.Write(file.Path, file.Format);
            if (file.Format == ReportFormat.JUnit && _gates.Count == 0)
                WriteWarning($"'{PlainText.Of(file.Path)}' has no test case: each is a gate. Pipe in what Test-QuantModelGate -Detailed gives, too.");
            WriteItem(file.Path);
        });
    }

    private void Take(object input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case QuantModel model: _comparisons.Add(new ModelComparison(null, ModelFigures.Of(model), null, [])); break;
            case ModelComparison comparison: _comparisons.Add(comparison); break;
            case GateResult gate: _gates.Add(gate); break;
            case System.Collections.IEnumerable several and not string: ForEach(several.Cast<object>(), Take); break;
            case var other: throw new QuantPSException("ReportInputUnknown", $"A report has no place for {other?.GetType().Name ?? "null"}. Pipe in models, comparisons and results of gates.", other);
        }
    }

    private ReportFormat FormatOf(string path)
    {
        string extension = System.IO.Path.GetExtension(path);
        if (Format is { } format) return format;
        int known = Array.FindIndex(_extensions, pair => pair.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase));
        return known >= 0 ? _extensions[known].Format : throw new QuantPSException("ReportFormatUnknown",
            $"The extension '{extension}' of '{path}' names no format. Use {string.Join(", ", _extensions.Select(pair => pair.Extension))}, or -Format.", path);
    }
}
