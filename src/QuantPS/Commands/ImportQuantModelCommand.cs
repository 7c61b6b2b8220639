using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Completion;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Reads a model from a file that PyTorch or Export-QuantModel wrote.</summary>
/// <remarks>
/// <para>
/// Reads state dicts in PyTorch files of both formats (.pth, .pt, .th): of float models, and of models that were quantized dynamically or
/// statically, in every layout that PyTorch has had. A model that is still in quantization-aware training, as torchvision publishes
/// MobileNet v3, is converted to int8 with the ranges that its fake quantizers saw. A file is data here and never a program: whatever in it is not a tensor or a plain value is an error that names it. TorchScript
/// archives are programs and are not read.
/// </para>
/// <para>
/// BERT models are read as Transformers saves them: from a folder with model.safetensors or pytorch_model.bin, or from such a file. Its sizes
/// and classes are taken from config.json and its tokens from vocab.txt, which lie beside it; without config.json the shapes of the weights
/// tell the sizes, with heads of 64 features.
/// </para>
/// <para>
/// A state dict does not say which network it belongs to. Name it with -Architecture; without it the known networks are tried, and the
/// only one that fits is taken.
/// </para>
/// </remarks>
/// <example>
/// <para>Read a trained network.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Export-QuantModel ./resnet20.pth
/// $model = Import-QuantModel ./resnet20.pth -Architecture cifar_resnet20
/// </code>
/// </example>
/// <example>
/// <para>Read all models of a folder.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Export-QuantModel ./resnet20.pth
/// Import-QuantModel ./*.pth
/// </code>
/// </example>
/// <example>
/// <para>Read a BERT model from its folder, and make it smaller.</para>
/// <code>
/// [System.IO.Directory]::CreateDirectory("$($PWD.ProviderPath)/my-bert") | Out-Null
/// Get-QuantizedPretrained bert_tiny -Float -Untrained | Export-QuantModel ./my-bert/model.safetensors
/// [System.IO.File]::WriteAllLines("$($PWD.ProviderPath)/my-bert/vocab.txt", [string[]]('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'fine', 'film'))
/// $bert = Import-QuantModel ./my-bert -Architecture bert
/// $bert | Invoke-DynamicQuantization | Measure-ModelSize
/// </code>
/// </example>
/// <returns>The model, named for its file; for its folder, where Transformers named the file.</returns>
/// <seealso cref="ExportQuantModelCommand"/>
/// <seealso cref="GetQuantizedPretrainedCommand"/>
[Cmdlet(VerbsData.Import, "QuantModel", DefaultParameterSetName = PathSet)]
[OutputType(typeof(QuantModel))]
public sealed class ImportQuantModelCommand : PathCmdlet
{
    /// <summary>The name of the network that the file holds the weights of.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    public string? Architecture { get; set; }

    /// <summary>
    /// The backend of a quantized model, which a state dict does not tell. When not given: qnnpack for weights with one scale each, else
    /// x86.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<QuantizationBackend>))]
    public Choice<QuantizationBackend>? Backend { get; set; }

    /// <summary>The vocabulary of a BERT model: a token a line. When not given: vocab.txt beside the weights, where it is there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VocabularyPath { get; set; }

    /// <inheritdoc/>
    protected override void Process(string path)
    {
        Architecture? architecture = Architecture is null ? null : Architectures.Find(Architecture);
        QuantModel model = Run($"Reading {path}", report => Read(path, architecture, report));
        WriteVerbose($"{path} holds a model of the architecture {model.Architecture}.");
        var step = new ModelStep("Import", ImmutableSortedDictionary<string, string>.Empty.Add("Path", path), []);
        WriteObject(model.After(step, model.Graph));
    }

    private QuantModel Read(string path, Architecture? architecture, WorkReport report)
    {
        path = BertFiles.WeightsIn(path) ?? path;
        StateDict state = report.Read(path);
        if (architecture is { Family: "BERT" } || (architecture is null && BertFiles.Fits(state)))
            return BertFiles.Read(state, path, Backend, vocabularyPath: VocabularyPath is null ? null : FullPath(VocabularyPath));
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        if (architecture is not null) return architecture.FromFile(path, state, name, Backend);
        QuantModel[] fitting = [.. Architectures.CandidatesFor(state).Select(candidate => TryRead(candidate, state, name)).OfType<QuantModel>()];
        return fitting is [QuantModel only] ? only : throw new QuantPSException("ArchitectureUnknown",
            $"'{path}' fits {(fitting.Length == 0 ? "no network that is known here" : string.Join(" and ", fitting.Select(model => model.Architecture)))}. " +
            "Name the network with -Architecture to see what does not fit.", path);
    }

    private QuantModel? TryRead(Architecture candidate, StateDict state, string name)
    {
        try
        {
            return candidate.FromStateDict(state, name, Backend);
        }
        catch (QuantPSException e) when (e.ErrorId == "StateDictMismatch")
        {
            return null;
        }
    }
}
