using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Training;

namespace QuantPS.Commands;

/// <summary>Writes an HTML page about the training of a model.</summary>
/// <remarks>
/// <para>
/// The page has the curves of loss and accuracy, the settings and the qconfig, the epochs, the accuracy of the trained weights in float, with
/// fake quantization and in int8 side by side, and the scales of every layer. It is one file that needs nothing else.
/// </para>
/// <para>
/// It is about the last training in the model's history. Give the model that Start-QatTraining emitted: files of models do not keep it. The
/// accuracies are there when the training had validation images.
/// </para>
/// </remarks>
/// <example>
/// <para>Train, and write the report.</para>
/// <code>
/// $null = New-SampleDataset ./shapes -Train 40 -Test 20
/// $model = Get-QuantizedPretrained sample_net -Float
/// $int8 = $model | Start-QatTraining ./shapes/train ./shapes/test -Epoch 2
/// $int8 | Export-TrainingReport ./training.html
/// </code>
/// </example>
/// <returns>The file; with -PassThru the model.</returns>
/// <seealso cref="StartQatTrainingCommand"/>
[Cmdlet(VerbsData.Export, "TrainingReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(QuantModel))]
public sealed class ExportTrainingReportCommand : QuantPSCmdlet
{
    /// <summary>The trained model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel Model { get; set; } = null!;

    /// <summary>The file to write. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the model instead of the file, so that the pipeline goes on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = FullPath(Path), extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".html" or ".htm"))
            throw new QuantPSException("ReportFormatUnknown", $"The extension '{extension}' of '{path}' names no page. Use .html.", path);
        if (File.Exists(path) && !Force)
            throw new QuantPSException("PathInUse", $"'{path}' is there already. Add -Force to replace it.", path);
        if (ShouldProcess(path, $"Write a report on the training of {Model.Name}"))
        {
            TrainingReport.Write(Model, path);
            if (!PassThru) WriteItem(path);
        }
        if (PassThru) WriteObject(Model);
    }
}
