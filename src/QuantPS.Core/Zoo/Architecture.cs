using System.Collections.Immutable;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>A network that the zoo can build. With other <see cref="Options"/> it is another.</summary>
public sealed record Architecture
{
    private readonly Func<GraphBuilder, int, string> _build;
    private readonly Initialization _initialization;

    internal Architecture(
        string name, string family, Shape inputShape, int classCount, Preprocessing preprocessing, string classifier,
        Initialization initialization, Func<GraphBuilder, int, string> build)
    {
        (Name, Family, InputShape, ClassCount, Preprocessing, Classifier) = (name, family, inputShape, classCount, preprocessing, classifier);
        (_initialization, _build) = (initialization, build);
    }

    /// <summary>The name, such as <c>mobilenet_v2</c>, as torchvision spells it.</summary>
    public string Name { get; }

    /// <summary>The family to show, such as <c>MobileNet v2</c>.</summary>
    public string Family { get; }

    /// <summary>The shape of one sample that it was designed for.</summary>
    public Shape InputShape { get; }

    /// <summary>The number of classes that it was designed for.</summary>
    public int ClassCount { get; }

    /// <summary>How its images are prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The path of the linear layer that gives the classes; empty where there is none.</summary>
    public string Classifier { get; }

    /// <summary>The paths of the auxiliary heads that act while training alone; empty where there are none.</summary>
    public ImmutableArray<string> AuxiliaryHeadPaths { get; internal init; } = [];

    /// <summary>Gives the names of the classes that it was designed for, by index; empty where they are not known.</summary>
    internal Func<ImmutableArray<string>> Labels { get; init; } = () => [];

    /// <summary>Brings a state dict to the names that the network has here.</summary>
    internal Func<StateDict, StateDict> Normalize { get; init; } = state => state;

    /// <summary>What of the choices a state dict shows; null where it shows nothing, or the network is another.</summary>
    internal Func<StateDict, ArchitectureOptions?> Infer { get; init; } = _ => null;

    /// <summary>What was chosen.</summary>
    public ArchitectureOptions Options { get; init; } = new();

    /// <summary>The same with its auxiliary heads.</summary>
    /// <exception cref="QuantPSException"><c>AuxiliaryHeadUnknown</c>: it has none.</exception>
    public Architecture WithAuxiliaryHeads() => AuxiliaryHeadPaths.IsEmpty
        ? throw new QuantPSException("AuxiliaryHeadUnknown",
            $"{Name} has no auxiliary head. These have: {string.Join(", ", Architectures.All.Where(other => !other.AuxiliaryHeadPaths.IsEmpty))}.", Name)
        : this with { Options = Options with { AuxiliaryHeads = true } };

    /// <summary>Makes the network with the weights that it has before training.</summary>
    /// <param name="seed">Where the sequence of random weights starts.</param>
    /// <param name="classCount">The number of classes, where it is not <see cref="ClassCount"/>.</param>
    public QuantModel Create(ulong seed, int? classCount = null)
    {
        var random = new SeededRandom(seed);
        Graph graph = Build((_, _, initial) => initial(random), classCount ?? ClassCount);
        return ToModel(graph, graph) with
        {
            History = [new("Create", ImmutableSortedDictionary<string, string>.Empty.Add("Seed", $"{seed}"), [])],
        };
    }

    /// <summary>
    /// Makes the network with the parameters of a state dict that PyTorch or this library wrote: float, dynamic int8 or static int8, fused or
    /// not. The number of classes is that of its classifier. What the file holds of auxiliary heads that are not built is left out.
    /// </summary>
    /// <param name="state">The state dict.</param>
    /// <param name="name">The name to show; that of the architecture when null.</param>
    /// <param name="backend">
    /// The backend of a quantized model, which a state dict does not tell; when null, qnnpack where weights are quantized per tensor in a
    /// static model, else x86.
    /// </param>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: it does not fit; the message lists missing and unexpected keys.</exception>
    public QuantModel FromStateDict(StateDict state, string? name = null, QuantizationBackend? backend = null)
    {
        var loader = new StateDictLoader(Infer(state) is { } options ? this with { Options = options } : this, AuxiliaryHeads.Drop(this, Normalize(state)));
        Graph graph = loader.Load(reduceRange: backend != QuantizationBackend.Qnnpack);
        QuantModel model = ToModel(graph, loader.Empty) with { Name = name ?? Name };
        return model.Precision == ModelPrecision.Float32 ? model : model with { Backend = backend ?? BackendOf(graph) };
    }

    /// <summary>Builds the float graph.</summary>
    /// <param name="parameters">Where parameters and buffers come from.</param>
    /// <param name="classCount">The number of classes.</param>
    public Graph Build(ParameterSource parameters, int classCount)
    {
        var builder = new GraphBuilder(InputShape, _initialization, parameters, Options);
        return builder.Build(_build(builder, classCount));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private QuantModel ToModel(Graph graph, Graph floatGraph) => new()
    {
        Name = Name, Architecture = Name, Graph = graph, Preprocessing = Preprocessing, FloatBytes = StateDictLayout.Measure(floatGraph),
        Labels = floatGraph.Constants.GetValueOrDefault($"{Classifier}.weight")?.Shape[0] == ClassCount ? Labels() : [],
    };

    private static QuantizationBackend BackendOf(Graph graph) =>
        graph.Nodes.Any(node => node is Quantize) && graph.Constants.Values.All(constant => constant.Quantization is not { Axis: not null })
            ? QuantizationBackend.Qnnpack
            : QuantizationBackend.X86;
}
