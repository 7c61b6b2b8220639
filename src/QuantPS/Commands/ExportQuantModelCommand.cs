using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Completion;
using QuantPS.Export;

namespace QuantPS.Commands;

/// <summary>Writes a model to a file.</summary>
/// <remarks>
/// <para>
/// A state dict (.pth, .pt) holds the parameters as torch.save writes them: the same network in PyTorch, quantized in the same way, loads it.
/// An int8 model keeps its int8 weights and its scales. Import-QuantModel reads it again. In Python, the network of
/// torchvision.models.quantization with quantize=True takes it, GoogLeNet and Inception v3 with aux_logits=False besides, and MobileNet v3 from
/// PyTorch 2.1 on.
/// </para>
/// <para>
/// A TorchScript archive (.torchscript, .ts) holds the network itself: torch.jit.load opens it in Python, C++ and other languages, without
/// the source of the network. forward takes images NCHW, any number of them; of language models, batch first, sequences of any length, token
/// ids as int64, and the states to begin with; where a network gives its last states, too, it gives a tuple. Set the quantized engine of the model's backend before
/// (torch.backends.quantized.engine = 'qnnpack'): it packs the weights as the file is loaded. The record extra/quantized_engine names it.
/// Import-QuantModel does not read archives.
/// </para>
/// <para>
/// A dynamic LSTM, GRU, RNN or cell goes into a TorchScript archive alone: PyTorch's state dict holds it as an object of libtorch, which only
/// Python can load. Write the state dict of the float model, and quantize it after loading.
/// </para>
/// <para>
/// The format of PyTorch's lite interpreter (.ptl) and optimize_for_mobile are gone from PyTorch. A TorchScript archive has what they did for
/// a quantized model: fused layers, packed weights, no dropout. For phones PyTorch now has ExecuTorch, which takes networks from Python: write a
/// state dict for it, load it into the network there, and use torch.export.
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
/// <example>
/// <para>Write a model as a program that libtorch runs.</para>
/// <code>
/// $int8 = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Invoke-DynamicQuantization
/// $int8 | Export-QuantModel ./resnet20.torchscript
/// </code>
/// </example>
/// <returns>The file; with -PassThru the model.</returns>
/// <seealso cref="ImportQuantModelCommand"/>
/// <seealso cref="MeasureModelSizeCommand"/>
[Cmdlet(VerbsData.Export, "QuantModel", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(QuantModel))]
public sealed class ExportQuantModelCommand : QuantPSCmdlet
{
    internal const string StateDict = "StateDict", TorchScript = "TorchScript", Safetensors = "Safetensors";
    private const string LiteInterpreter = ".ptl";
    private static readonly (string Extension, string Format)[] _extensions =
        [(".pth", StateDict), (".pt", StateDict), (".torchscript", TorchScript), (".ts", TorchScript), (SafetensorsFile.Extension, Safetensors)];

    /// <summary>The model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel Model { get; set; } = null!;

    /// <summary>The file to write. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// The format of the file. When not given, the extension tells: .pth and .pt are state dicts, .torchscript and .ts are TorchScript archives,
    /// .safetensors is a state dict of a float model as Transformers reads it.
    /// </summary>
    [Parameter]
    [OneOf(StateDict, TorchScript, Safetensors)]
    [ArgumentCompleter(typeof(FormatCompleter))]
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
        string format = FormatOf(System.IO.Path.GetExtension(path));
        if (File.Exists(path) && !Force)
            throw new QuantPSException("PathInUse", $"'{path}' is there already. Add -Force to replace it.", path);
        bool isScript = format.Equals(TorchScript, StringComparison.OrdinalIgnoreCase), isSafetensors = format.Equals(Safetensors, StringComparison.OrdinalIgnoreCase);
        if (ShouldProcess(path, $"Write {Model.Name} as a {(isScript ? "TorchScript archive" : "state dict")}"))
        {
            Run($"Writing {path}", _ =>
            {
                if (isScript) TorchScriptFile.Write(Model, path);
                else if (isSafetensors) SafetensorsFile.Write(StateDictLayout.ToStateDict(Model.Graph), path);
                else StateDictWriter.Write(StateDictLayout.ToStateDict(Model.Graph), path);
                return path;
            });
            if (!PassThru) WriteItem(path);
        }
        if (PassThru) WriteObject(Model);
    }

    private string FormatOf(string extension)
    {
        if (extension.Equals(LiteInterpreter, StringComparison.OrdinalIgnoreCase))
            throw new QuantPSException("ExportFormatUnknown",
                $"'{Path}' cannot be written: PyTorch has given up its lite interpreter and the format {LiteInterpreter}. Write a TorchScript archive (.torchscript) for " +
                "libtorch; for ExecuTorch write a state dict (.pth) and use torch.export in Python.", Path);
        return Format ?? _extensions.FirstOrDefault(known => known.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase)).Format
            ?? throw new QuantPSException("ExportFormatUnknown",
                $"The extension '{extension}' of '{Path}' names no format. Use {string.Join(", ", _extensions.Select(known => known.Extension))}, " +
                $"or -Format {StateDict}, {TorchScript} or {Safetensors}.", Path);
    }
}
