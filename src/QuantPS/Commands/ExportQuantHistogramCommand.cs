using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Data;
using QuantPS.Reports;

namespace QuantPS.Commands;

/// <summary>Draws histograms of the weights of layers, and of what they give for images.</summary>
/// <remarks>
/// <para>
/// A row for each layer: its weight on the left, and with -Data its activation on the right. The counts stand on a logarithmic axis. Dashed lines
/// are the ends of the range that the codes of a value have: bars far inside of them waste codes, and bars that pile up at them are clamped.
/// </para>
/// <para>
/// Activations in int8 have a bar for each code. The extension says what is written: .svg is a picture, .html a page that needs no other file.
/// </para>
/// </remarks>
/// <example>
/// <para>Draw the weights of all layers.</para>
/// <code>
/// Get-QuantizedPretrained sample_net -Float | Export-QuantHistogram ./weights.html
/// </code>
/// </example>
/// <example>
/// <para>Draw what a layer gives, in float and in int8.</para>
/// <code>
/// $null = New-SampleDataset ./shapes -Train 40 -Test 10
/// $float = Get-QuantizedPretrained sample_net -Float
/// $float | Export-QuantHistogram ./float.svg -ModuleName layer1.0.conv1 -Data ./shapes/test
/// $int8 = $float | Invoke-StaticQuantization ./shapes/train
/// $int8 | Export-QuantHistogram ./int8.svg -ModuleName layer1.0.conv1 -Data ./shapes/test
/// </code>
/// </example>
/// <returns>The file; with -PassThru the model.</returns>
/// <seealso cref="FormatQuantModelCommand"/>
/// <seealso cref="CompareQuantModelCommand"/>
[Cmdlet(VerbsData.Export, "QuantHistogram", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(QuantModel))]
public sealed class ExportQuantHistogramCommand : QuantPSCmdlet
{
    private ImageDataset? _data;

    /// <summary>The model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel Model { get; set; } = null!;

    /// <summary>The file to write, .svg or .html. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// The modules whose layers are drawn, by their PyTorch names. Wildcards are allowed; a name stands for all modules below it. When not given, all
    /// layers with weights.
    /// </summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[] ModuleName { get; set; } = [];

    /// <summary>Images to run the model on: a path, as Import-ImageDataset takes it, or what Import-ImageDataset emits. Labels are not used.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    public DatasetSource? Data { get; set; }

    /// <summary>Takes no more than so many images, spread evenly over the classes.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = 64;

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the model instead of the file, so that the pipeline goes on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Begin() => _data = Data is null ? null : Open(Data).Sample(First, seed: 0);

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = FullPath(Path), extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".svg" or ".html" or ".htm"))
            throw new QuantPSException("ReportFormatUnknown", $"The extension '{extension}' of '{path}' names no picture that is written here. Use .svg or .html.", path);
        if (File.Exists(path) && !Force)
            throw new QuantPSException("PathInUse", $"'{path}' is there already. Add -Force to replace it.", path);
        if (ShouldProcess(path, $"Draw histograms of {Model.Name}"))
        {
            IReadOnlyList<LayerHistogram> layers = Run($"Counting the values of {Model.Name}", report => LayerHistograms.Gather(
                Model, ModuleName, _data, (_, error) => report.Error(error), report.Counter(2 * (_data?.Count ?? 0), "images"), report.Cancellation));
            HistogramPicture.Write(layers, $"Histograms of {Model.Name}", extension != ".svg", path);
            if (!PassThru) WriteItem(path);
        }
        if (PassThru) WriteObject(Model);
    }
}
