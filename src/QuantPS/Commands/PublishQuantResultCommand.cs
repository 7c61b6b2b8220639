using System.Collections;
using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Gates;
using QuantPS.Pipelines;

namespace QuantPS.Commands;

/// <summary>Tells a pipeline what came out: issues, variables, the summary page, artifacts and tags.</summary>
/// <remarks>
/// <para>
/// Each gate that is not passed becomes an error or a warning at the line of the script. The figures of a model become variables:
/// quantps.sizeMB, quantps.ratio, quantps.top1, quantps.accuracyDrop, quantps.perplexity, quantps.perplexityRatio and quantps.latencyRatio; those of
/// the last model, where there are several. On GitHub they are outputs of the step with _ in place of the dot. There is no command that uploads
/// there: the output artifact_quantps has the paths, a line each, as actions/upload-artifact takes them.
/// </para>
/// <para>
/// The lines go to the host, as Write-Host's do, and leave the pipeline alone. No name of a model, layer or file can become a command.
/// The result of the step is not changed: Assert-QuantModelGate does that.
/// </para>
/// </remarks>
/// <example>
/// <para>Tell Azure Pipelines of a model, as the log shows it.</para>
/// <code>
/// $float = Get-QuantizedPretrained sample_net -Float
/// $comparison = $float | Invoke-DynamicQuantization | Compare-QuantModel $float -Part Size
/// $comparison | Export-QuantReport ./report.md
/// $comparison | Publish-QuantResult -Summary ./report.md -Tag int8 -Style Azure
/// </code>
/// </example>
/// <returns>Nothing.</returns>
/// <seealso cref="AssertQuantModelGateCommand"/>
/// <seealso cref="ExportQuantReportCommand"/>
[Cmdlet(VerbsData.Publish, "QuantResult")]
[OutputType(typeof(void))]
public sealed class PublishQuantResultCommand : QuantPSCmdlet
{
    private PipelineFormat _format = null!;

    /// <summary>What Compare-QuantModel and Test-QuantModelGate -Detailed give, and errors that were caught.</summary>
    [Parameter(ValueFromPipeline = true)]
    public object?[]? InputObject { get; set; } = [];

    /// <summary>A Markdown file for the summary page of the run. No character is a wildcard.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Summary { get; set; }

    /// <summary>Files to keep with the run. No character is a wildcard.</summary>
    [Parameter]
    public string[] Artifact { get; set; } = [];

    /// <summary>The name of the artifact that the files go into: letters, digits, hyphens and underscores.</summary>
    [Parameter]
    public string ArtifactName { get; set; } = "quantps";

    /// <summary>More variables, by their names: model becomes quantps.model. Names are letters and digits.</summary>
    [Parameter]
    public Hashtable Variable { get; set; } = [];

    /// <summary>Words that mark the run.</summary>
    [Parameter]
    public string[] Tag { get; set; } = [];

    /// <summary>How far the script is, in percent.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int? PercentComplete { get; set; }

    /// <summary>What the script does, said beside the percentage.</summary>
    [Parameter]
    public string Activity { get; set; } = "Quantizing";

    /// <summary>Who reads along. Auto knows Azure Pipelines and GitHub Actions by their environment variables.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<PipelineStyle>))]
    public Choice<PipelineStyle> Style { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        // An attribute would say what is wrong with the name as it is.
        if (ArtifactName.Length == 0 || !ArtifactName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new QuantPSException("ArtifactNameInvalid", $"'{ArtifactName}' cannot be the name of an artifact: take letters, digits, hyphens and underscores.", ArtifactName);
        _format = PipelineFormat.For(Style);
        if (PercentComplete is int percent) WriteLines(_format.Progress(percent, Activity));
    }

    /// <inheritdoc/>
    protected override void Process() => ForEach(InputObject ?? [null], Tell);

    /// <inheritdoc/>
    protected override void End()
    {
        foreach (DictionaryEntry variable in Variable) WriteLines(_format.Variable($"quantps.{Checked($"{variable.Key}")}", $"{variable.Value}"));
        if (Summary is not null) WriteLines(_format.Summary(Existing(Summary)));
        if (Artifact.Length > 0) WriteLines(_format.Artifact([.. Artifact.Select(Existing)], ArtifactName));
        ForEach(Tag, tag => WriteLines(_format.Tag(tag)));
    }

    // The module's own script is no place that its user could mend.
    private string? Script =>
        MyInvocation.ScriptName.StartsWith(Path.GetDirectoryName(typeof(PublishQuantResultCommand).Assembly.Location)!, StringComparison.Ordinal) ? null : MyInvocation.ScriptName;

    /// <summary>The identifier without the command that it came from; a text that was thrown has none.</summary>
    private static string IdOf(ErrorRecord error) =>
        error.FullyQualifiedErrorId.Split(',')[0] is var id && id.All(char.IsAsciiLetterOrDigit) ? id : "ScriptError";

    private void Tell(object? input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case ModelComparison comparison: WriteLines(PipelineFigures.Lines(_format, comparison)); break;
            case GateResult gate: WriteLines(PipelineFigures.Lines(_format, gate, Script, MyInvocation.ScriptLineNumber)); break;
            case ErrorRecord error: WriteLines(_format.Issue(true, IdOf(error), error.ErrorDetails?.Message ?? error.Exception.Message, Script, MyInvocation.ScriptLineNumber)); break;
            case QuantModel model: WriteLines(PipelineFigures.Lines(_format, new ModelComparison(null, ModelFigures.Of(model), null, []))); break;
            case IEnumerable several and not string: ForEach(several.Cast<object?>(), Tell); break;
            case var other: throw new QuantPSException("ReportInputUnknown", $"A pipeline is not told of {other?.GetType().Name ?? "null"}. Pipe in models, comparisons and results of gates.", other);
        }
    }

    private static string Checked(string name) => name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) ? name
        : throw new QuantPSException("VariableNameInvalid", $"'{name}' cannot be the name of a variable: take letters and digits.", name);

    private string Existing(string path) => FullPath(path) is var full && File.Exists(full) ? full
        : throw new QuantPSException("PathNotFound", $"There is no file '{PlainText.Of(full)}'.", path);
}
