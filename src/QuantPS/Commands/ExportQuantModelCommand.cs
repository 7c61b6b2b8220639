using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;

namespace QuantPS.Commands;

/// <summary>Writes a model to a file.</summary>
/// <remarks>
/// <para>
/// Writes the state dict as torch.save does: the same network in PyTorch, quantized in the same way, loads it. An int8 model keeps its
/// int8 weights and its scales.
/// </para>
/// <para>The file appears under its name only when it is complete. A file that is there already is replaced with -Force alone.</para>
/// </remarks>
/// <example>
/// <para>Write a model, and read it again.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Export-QuantModel ./resnet20.pth
/// Import-QuantModel ./resnet20.pth
/// </code>
/// </example>
/// <returns>The file; with -PassThru the model.</returns>
/// <seealso cref="ImportQuantModelCommand"/>
/// <seealso cref="MeasureModelSizeCommand"/>
[Cmdlet(VerbsData.Export, "QuantModel", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(QuantModel))]
public sealed class ExportQuantModelCommand : QuantPSCmdlet
{
    private static readonly string[] _stateDictExtensions = [".pth", ".pt"];

    /// <summary>The model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public QuantModel Model { get; set; } = null!;

    /// <summary>The file to write. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The format of the file. When not given, the extension tells: .pth and .pt are state dicts.</summary>
    [Parameter]
    [ValidateSet("StateDict")]
    public string? Format { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the model instead of the file, so that the pipeline goes on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = FullPath(Path);
        string extension = System.IO.Path.GetExtension(path);
        if (Format is null && !_stateDictExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            throw new QuantPSException("ExportFormatUnknown",
                $"The extension '{extension}' of '{Path}' names no format. Use {string.Join(" or ", _stateDictExtensions)}, or -Format StateDict.", Path);
        if (File.Exists(path) && !Force)
            throw new QuantPSException("PathInUse", $"'{path}' is there already. Add -Force to replace it.", path);
        if (ShouldProcess(path, $"Write {Model.Name} as a state dict"))
        {
            Run($"Writing {path}", _ =>
            {
                StateDictWriter.Write(StateDictLayout.ToStateDict(Model.Graph), path);
                return path;
            });
            if (!PassThru) WriteItem(path);
        }
        if (PassThru) WriteObject(Model);
    }
}
