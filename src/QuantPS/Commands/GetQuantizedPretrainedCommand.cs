using System.Collections.Immutable;
using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Completion;
using QuantPS.Engine;
using QuantPS.Zoo;
using QuantPS.Zoo.Download;

namespace QuantPS.Commands;

/// <summary>Gets a network of the zoo: quantized, or in float to be quantized.</summary>
/// <remarks>
/// <para>
/// The networks are those of torchvision.models.quantization, the CIFAR ResNets with 20 to 110 layers, and sample_net, a small one whose
/// trained weights come with the module. Without further parameters you get the int8 weights that are torchvision's default, with -Float
/// the float ones; -Weights takes others; -ListAvailable lists what is published. How images are prepared follows the weights.
/// </para>
/// <para>
/// Weights that are not in the cache are downloaded into it. A download that breaks off is resumed, also by the next call. Before a file is
/// used, its SHA-256 is compared with the digits that its name ends in; where the name has none, with that of the first download. A file
/// in the cache is used without network, and may be put there by hand. With -Untrained the weights are random: the same for the same
/// seed, calibrated on random images. That is enough to measure size and time.
/// </para>
/// <para>
/// Errors of downloads: WeightsNotAtHand, where a file can be had neither from the cache nor from the network; WeightsDamaged, where it is
/// not the one that was published; CacheUnwritable; MirrorUnusable.
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
/// <para>Choose weights, and see what would be downloaded.</para>
/// <code>
/// Get-QuantizedPretrained resnet50 -ListAvailable | Where-Object Top1 -GT 80
/// Get-QuantizedPretrained resnet50 -Weights IMAGENET1K_FBGEMM_V1 -CachePath ./weights -WhatIf
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
[Cmdlet(VerbsCommon.Get, "QuantizedPretrained", DefaultParameterSetName = PretrainedSet, SupportsShouldProcess = true)]
[OutputType(typeof(QuantModel), typeof(AvailableWeights))]
public sealed class GetQuantizedPretrainedCommand : DownloadCmdlet
{
    private const string PretrainedSet = DownloadSet;
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

    /// <summary>
    /// The name of the weights, as torchvision spells it; DEFAULT for those that it takes itself. Float weights need no -Float then. With
    /// -WeightsPath it says what the file holds; with -ListAvailable wildcards are allowed.
    /// </summary>
    [Parameter(ParameterSetName = PretrainedSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = FileSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ListSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WeightsCompleter))]
    public string? Weights { get; set; }

    /// <summary>The backend that the int8 model is for; when not given, that of the published weights, else x86.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = UntrainedSet)]
    [ArgumentCompleter(typeof(EnumCompleter<QuantizationBackend>))]
    public Choice<QuantizationBackend>? Backend { get; set; }

    /// <summary>Gets the float model.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = UntrainedSet)]
    public SwitchParameter Float { get; set; }

    /// <summary>
    /// Builds Inception v3 or GoogLeNet with the auxiliary heads that act while training alone. Without it they are left out, also where a file
    /// holds them. The published int8 weights of Inception v3 have none.
    /// </summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = UntrainedSet)]
    public SwitchParameter AuxiliaryHead { get; set; }

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

    /// <summary>
    /// The folder that published files lie in and are downloaded to; when not given, that of the environment variable QUANTPS_CACHE, else one
    /// among your data.
    /// </summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public string? CachePath { get; set; }

    /// <summary>Downloads a file that is there already once more.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes a file whose hash or length is not that of the published one.</summary>
    [Parameter(ParameterSetName = PretrainedSet)]
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter SkipHashCheck { get; set; }

    /// <summary>Lists the published weights, and says which of them are on this machine.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter ListAvailable { get; set; }

    private WeightsStore Store => new(CachePath is null ? null : FullPath(CachePath));

    private DownloadOptions Options => NetworkOptions with { Force = Force, SkipHashCheck = SkipHashCheck };

    // Weights that are named are float or not, whatever else is said; -Float refuses the others.
    private bool? IsQuantized => Float ? false : Weights is null || Weights.Equals(WeightsCatalogue.Default, StringComparison.OrdinalIgnoreCase) ? true : null;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ListAvailable) ForEach(Name.Length == 0 ? ["*"] : Name, List);
        else ForEach(Name, name => { if (Get(Find(name)) is { } model) WriteObject(model); });
    }

    private Architecture Find(string name) => AuxiliaryHead ? Architectures.Find(name).WithAuxiliaryHeads() : Architectures.Find(name);

    private void List(string name)
    {
        WeightsStore store = Store;
        var names = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        var weights = new WildcardPattern(Weights ?? "*", WildcardOptions.IgnoreCase);
        if (!WildcardPattern.ContainsWildcardCharacters(name)) Architectures.Find(name);
        foreach (PretrainedWeights known in WeightsCatalogue.All.Where(known => names.IsMatch(known.Name) && weights.IsMatch(known.Weights)))
            WriteObject(new AvailableWeights(known, store.Has(known) ? store.PathOf(known) : null));
    }

    private QuantModel? Get(Architecture architecture)
    {
        if (Untrained) return CreateUntrained(architecture);
        if (WeightsPath is not null) return FromFile(architecture, FullPath(WeightsPath));
        PretrainedWeights weights = WeightsCatalogue.Find(architecture, IsQuantized, Backend, Weights);
        return Fetch(weights) is { } path ? Read(architecture, path, weights.Backend, weights) : null;
    }

    private QuantModel CreateUntrained(Architecture architecture)
    {
        QuantModel model = architecture.Create(Seed);
        if (Float) return model;
        QuantizationBackend backend = Backend ?? WeightsCatalogue.BackendOf(architecture);
        return Run($"Calibrating {model.Name}", report => UntrainedModels.Quantize(
            model, backend, Seed, report.Counter(UntrainedModels.CalibrationImages, "images"), report.Cancellation));
    }

    private QuantModel FromFile(Architecture architecture, string path)
    {
        string fileName = Path.GetFileName(path);
        PretrainedWeights? weights = Weights is null
            ? WeightsCatalogue.OfFile(architecture, fileName)
            : WeightsCatalogue.Find(architecture, IsQuantized, Backend, Weights);
        if (weights is { Hash: not null } && weights.FileName == fileName && !SkipHashCheck && File.Exists(path))
            Run($"Checking {path}", report => { WeightsStore.VerifyAsync(weights, path, report.Cancellation).GetAwaiter().GetResult(); return path; });
        return Read(architecture, path, Backend ?? weights?.Backend, weights);
    }

    private string? Fetch(PretrainedWeights weights)
    {
        WeightsStore store = Store;
        DownloadOptions options = Options;
        bool download = weights.Url is not null && (Force || !store.Has(weights));
        if (download && !ShouldProcess(store.PathOf(weights), $"Download {options.Resolve(weights.Url!)}")) return null;
        return Run($"{(download ? "Downloading" : "Checking")} {weights.FileName}", report =>
            store.GetAsync(weights, options, new DownloadReport(report), report.Cancellation).GetAwaiter().GetResult());
    }

    private QuantModel Read(Architecture architecture, string path, QuantizationBackend? backend, PretrainedWeights? weights)
    {
        QuantModel model = Run($"Reading {path}", report => architecture.FromFile(path, report.Read(path), null, backend));
        bool isFloat = Float || (Weights is not null && weights is { Backend: null });
        if (isFloat != (model.Precision == ModelPrecision.Float32))
            throw new QuantPSException("WeightsOfOtherPrecision", isFloat
                ? $"'{path}' holds a quantized model ({model.Precision}), and {(Float ? "-Float" : "-Weights")} asks for a float one."
                : $"'{path}' holds a float model. Add -Float, and quantize it with Invoke-StaticQuantization.", path);
        ImmutableSortedDictionary<string, string> settings = ImmutableSortedDictionary<string, string>.Empty.Add("Path", path);
        if (weights is not null) (settings, model) = (settings.Add("Weights", weights.Weights), weights.Describe(model));
        return model.After(new ModelStep("Import", settings, []), model.Graph);
    }
}
