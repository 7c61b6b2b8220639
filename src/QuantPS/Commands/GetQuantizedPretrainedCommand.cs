using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Completion;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Gets a network of the zoo: quantized, or in float to be quantized.</summary>
/// <remarks>
/// <para>
/// The networks are MobileNet v2, ResNet-18 and ResNet-50 as torchvision defines them, the CIFAR ResNets with 20 to 110 layers, and
/// sample_net, a small one whose trained weights come with the module. Without further parameters you get int8 weights, with -Float float ones; -ListAvailable lists what is
/// published.
/// </para>
/// <para>
/// Weights are read from a file: one that -WeightsPath names, or one in the folder that -CachePath or the environment variable
/// QUANTPS_CACHE names. Where it is not there, the error says which file belongs there and where it is published. With -Untrained the
/// weights are random: the same for the same seed, calibrated on random images. That is enough to measure size and time.
/// </para>
/// </remarks>
/// <example>
/// <para>See what there is.</para>
/// <code>
/// Get-QuantizedPretrained -ListAvailable
/// Get-QuantizedPretrained resnet* -ListAvailable
/// </code>
/// </example>
/// <example>
/// <para>Get a quantized network with random weights.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Untrained | Measure-ModelSize
/// </code>
/// </example>
/// <example>
/// <para>Take the weights from a file.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Untrained | Export-QuantModel ./resnet20.pth
/// Get-QuantizedPretrained cifar_resnet20 -WeightsPath ./resnet20.pth
/// </code>
/// </example>
/// <returns>The model; with -ListAvailable the published weights.</returns>
/// <seealso cref="ImportQuantModelCommand"/>
/// <seealso cref="InvokeStaticQuantizationCommand"/>
/// <seealso cref="InvokeDynamicQuantizationCommand"/>
[Cmdlet(VerbsCommon.Get, "QuantizedPretrained", DefaultParameterSetName = PretrainedSet)]
[OutputType(typeof(QuantModel), typeof(AvailableWeights))]
public sealed class GetQuantizedPretrainedCommand : QuantPSCmdlet
{
    private const string PretrainedSet = "Pretrained";
    private const string FileSet = "WeightsPath";
    private const string UntrainedSet = "Untrained";
    private const string ListSet = "ListAvailable";

    /// <summary>The name of the network. With -ListAvailable wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PretrainedSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FileSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = UntrainedSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ListSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The backend that the int8 model is for; when not given, that of the published weights, else x86.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = UntrainedSet)]
    public QuantizationBackend? Backend { get; set; }

    /// <summary>Gets the float model.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = UntrainedSet)]
    public SwitchParameter Float { get; set; }

    /// <summary>Takes random weights.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UntrainedSet)]
    public SwitchParameter Untrained { get; set; }

    /// <summary>The seed of the random weights.</summary>
    [Parameter(ParameterSetName = UntrainedSet)]
    public ulong Seed { get; set; }

    /// <summary>A file with the weights, as Import-QuantModel reads it. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? WeightsPath { get; set; }

    /// <summary>The folder that published files lie in.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public string? CachePath { get; set; }

    /// <summary>Lists the published weights, and says which of them are on this machine.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter ListAvailable { get; set; }

    private WeightsStore Store => new(CachePath is null ? null : FullPath(CachePath));

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ListAvailable) ForEach(Name.Length == 0 ? ["*"] : Name, List);
        else ForEach(Name, name => WriteObject(Get(Architectures.Find(name))));
    }

    private void List(string name)
    {
        WeightsStore store = Store;
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        if (!WildcardPattern.ContainsWildcardCharacters(name)) Architectures.Find(name);
        foreach (PretrainedWeights weights in WeightsCatalogue.All.Where(weights => pattern.IsMatch(weights.Name)))
            WriteObject(new AvailableWeights(weights, store.Has(weights)));
    }

    private QuantModel Get(Architecture architecture)
    {
        if (Untrained) return CreateUntrained(architecture);
        if (WeightsPath is not null) return Read(architecture, FullPath(WeightsPath), Backend);
        PretrainedWeights weights = WeightsCatalogue.Find(architecture, quantized: !Float, Backend);
        return Read(architecture, Store.Find(weights), weights.Backend) with { Labels = weights.Labels };
    }

    private QuantModel CreateUntrained(Architecture architecture)
    {
        QuantModel model = architecture.Create(Seed);
        if (Float) return model;
        QuantizationBackend backend = Backend ?? WeightsCatalogue.BackendOf(architecture);
        return Run($"Calibrating {model.Name}", report => UntrainedModels.Quantize(
            model, backend, Seed, report.Counter(UntrainedModels.CalibrationImages, "images"), report.Cancellation));
    }

    private QuantModel Read(Architecture architecture, string path, QuantizationBackend? backend)
    {
        QuantModel model = Run($"Reading {path}", _ => architecture.FromStateDict(StateDictReader.Read(path), backend: backend));
        if (Float != (model.Precision == ModelPrecision.Float32))
            throw new QuantPSException("WeightsOfOtherPrecision", Float
                ? $"'{path}' holds a quantized model ({model.Precision}), and -Float asks for a float one."
                : $"'{path}' holds a float model. Add -Float, and quantize it with Invoke-StaticQuantization.", path);
        return model.After(new ModelStep("Import", ImmutableSortedDictionary<string, string>.Empty.Add("Path", path), []), model.Graph);
    }
}
