using System.Collections.Immutable;
using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Gives a parameter or buffer of a network that is being built.</summary>
/// <param name="name">Its PyTorch name, such as <c>features.0.0.weight</c>.</param>
/// <param name="shape">Its shape.</param>
/// <param name="initial">Makes what it holds before training.</param>
public delegate Tensor ParameterSource(string name, Shape shape, Func<SeededRandom, Tensor> initial);

/// <summary>
/// Builds the float graph of a network, an operation a call. Modules are declared in the order in which PyTorch registers them;
/// operations then refer to them in the order in which they run. Every operation gives the name of its value.
/// </summary>
/// <param name="inputShape">The shape of one sample.</param>
/// <param name="initialization">How parameters are filled before training.</param>
/// <param name="parameters">Where parameters come from.</param>
/// <param name="options">What was chosen; the defaults when null.</param>
public sealed class GraphBuilder(Shape inputShape, Initialization initialization, ParameterSource parameters, ArchitectureOptions? options = null)
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly OrderedDictionary<string, bool> _modules = new() { [""] = true };
    private readonly Dictionary<string, TensorType> _types = new() { [InputName] = TensorType.Float([1, .. inputShape]) };
    private ImmutableArray<string> _moreOutputs = [];
    private ImmutableArray<GraphInput> _inputs = [new GraphInput(InputName, inputShape)];

    /// <summary>The name of the graph's input.</summary>
    public const string InputName = "input";

    /// <summary>The name of the value that the network takes.</summary>
    public string Input => InputName;

    /// <summary>What was chosen.</summary>
    public ArchitectureOptions Options { get; } = options ?? new();

    /// <summary>The shape of a value, with a batch of 1.</summary>
    public Shape ShapeOf(string value) => _types[value].Shape;

    /// <summary>Says what a network takes that does not take one value of floats, before anything else.</summary>
    public void Take(params ImmutableArray<GraphInput> inputs)
    {
        _inputs = inputs;
        _types.Clear();
        foreach (GraphInput input in inputs) _types.Add(input.Name, new TensorType(input.Element, [1, .. input.Shape]));
    }

    /// <summary>Declares modules; each path once, in the order of PyTorch's module tree.</summary>
    public void Declare(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths) _modules.Add(path, true);
    }

    /// <summary>Declares a <c>FloatFunctional</c>, which holds an Identity where an observer goes.</summary>
    public void DeclareFunctional(string path) => Declare(path, $"{path}.activation_post_process");

    /// <summary>A convolution (<c>torch.nn.Conv2d</c>), without bias unless one is asked for, which starts at 0.</summary>
    public string Conv2d(string module, string x, int channels, Size2 kernel, int stride = 1, Size2 padding = default, int groups = 1,
        bool bias = false, Initializer? weight = null)
    {
        Shape shape = [channels, ShapeOf(x)[1] / groups, kernel.Height, kernel.Width];
        ImmutableArray<string> inputs = [x, Parameter($"{module}.weight", shape, weight ?? initialization.ConvolutionWeight, shape)];
        if (bias) inputs = inputs.Add(Parameter($"{module}.bias", [channels], Initialization.Zeros, shape));
        return Emit(new Conv2d { Name = module, Module = module, Window = new(kernel, stride, padding), Groups = groups, Inputs = inputs });
    }

    /// <summary>Batch normalization (<c>torch.nn.BatchNorm2d</c>), with the buffers that PyTorch keeps.</summary>
    public string BatchNorm2d(string module, string x, float epsilon = 1e-5f, float momentum = 0.1f)
    {
        Shape shape = [ShapeOf(x)[1]];
        ImmutableArray<string> inputs =
        [
            x,
            Parameter($"{module}.weight", shape, Ones, shape),
            Parameter($"{module}.bias", shape, Initialization.Zeros, shape),
            Parameter($"{module}.running_mean", shape, Initialization.Zeros, shape),
            Parameter($"{module}.running_var", shape, Ones, shape),
        ];
        string counter = $"{module}.num_batches_tracked";
        _constants.Add(counter, parameters(counter, Shape.Scalar, _ => Tensor.From([0L], Shape.Scalar)));
        return Emit(new BatchNorm2d { Name = module, Module = module, Inputs = inputs, Epsilon = epsilon, Momentum = momentum });

        static void Ones(Span<float> values, Shape weight, SeededRandom random) => values.Fill(1);
    }

    /// <summary>A linear layer (<c>torch.nn.Linear</c>) with bias.</summary>
    public string Linear(string module, string x, int outputs, Initializer? weight = null)
    {
        Shape input = ShapeOf(x), shape = [outputs, input[input.Rank - 1]];
        return Emit(new Linear
        {
            Name = module, Module = module,
            Inputs =
            [
                x,
                Parameter($"{module}.weight", shape, weight ?? initialization.LinearWeight, shape),
                Parameter($"{module}.bias", [outputs], initialization.LinearBias, shape),
            ],
        });
    }

    /// <summary>The rows of a table that indices name (<c>torch.nn.Embedding</c>). The row of a padding index starts at 0.</summary>
    public string Embedding(string module, string indices, int rows, int features, int? paddingIndex = null)
    {
        Shape shape = [rows, features];
        string weight = Parameter($"{module}.weight", shape, (values, weight, random) =>
        {
            initialization.LinearWeight(values, weight, random);
            if (paddingIndex is int row) values.Slice(row * features, features).Clear();
        }, shape);
        return Emit(new Embedding { Name = module, Module = module, Inputs = [indices, weight], PaddingIndex = paddingIndex });
    }

    /// <summary>A linear layer (<c>torch.nn.Linear</c>) with the weight of another module, and a bias.</summary>
    public string TiedLinear(string module, string x, string weight)
    {
        string name = $"{module}.weight";
        _constants.Add(name, _constants[weight]);
        _types.Add(name, _types[weight]);
        Shape shape = ShapeOf(weight);
        return Emit(new Linear { Name = module, Module = module, Inputs = [x, name, Parameter($"{module}.bias", [shape[0]], initialization.LinearBias, shape)] });
    }

    /// <summary>A recurrent module, whose weights and biases start as even numbers up to 1 / sqrt(hidden size).</summary>
    /// <param name="module">The module, whose inputs are not said yet.</param>
    /// <param name="x">What it takes.</param>
    /// <param name="states">The states that it begins with; none for zeros.</param>
    public string Recurrent(Recurrent module, string x, ImmutableArray<string> states)
    {
        (int rows, int size) = (module.Gates * module.HiddenSize, module.HiddenSize);
        Shape input = ShapeOf(x);
        string[] parameters =
        [
            .. module.ParameterNames.Select(name => Parameter($"{module.Module}.{name}",
                name.StartsWith("bias", StringComparison.Ordinal) ? [rows]
                : !name.StartsWith("weight_ih", StringComparison.Ordinal) ? [rows, size]
                : module.IsCell || name.StartsWith("weight_ih_l0", StringComparison.Ordinal) ? [rows, input[input.Rank - 1]] : [rows, module.Directions * size],
                Initialization.UniformFanIn, [rows, size])),
        ];
        return Emit(module with { HasInitialStates = states.Length > 0, Inputs = [x, .. states, .. parameters] });
    }

    /// <summary>Adds an operation whose value the network gives beside its output.</summary>
    public void Give(Node node) => _moreOutputs = _moreOutputs.Add(Emit(node));

    /// <summary>Normalization of the last dimension (<c>torch.nn.LayerNorm</c>).</summary>
    public string LayerNorm(string module, string x, float epsilon)
    {
        Shape input = ShapeOf(x), shape = [input[input.Rank - 1]];
        string weight = Parameter($"{module}.weight", shape, (values, _, _) => values.Fill(1), shape);
        return Emit(new LayerNorm { Name = module, Module = module, Inputs = [x, weight, Parameter($"{module}.bias", shape, Initialization.Zeros, shape)], Epsilon = epsilon });
    }

    /// <summary>ReLU, or ReLU6 where <paramref name="maximum"/> is 6.</summary>
    public string Relu(string module, string x, float maximum = float.PositiveInfinity) =>
        Emit(new Relu { Name = module, Module = module, Inputs = [x], Maximum = maximum });

    /// <summary>The largest value of each window (<c>torch.nn.MaxPool2d</c>).</summary>
    public string MaxPool2d(string module, string x, int kernel, int stride, int padding = 0, bool ceilMode = false) =>
        Emit(new MaxPool2d { Name = module, Module = module, Inputs = [x], Window = new(kernel, stride, padding, 1, ceilMode) });

    /// <summary>The mean of each channel (<c>torch.nn.AdaptiveAvgPool2d</c>).</summary>
    public string AveragePool(string module, string x) => Emit(new AdaptiveAvgPool2d { Name = module, Module = module, Inputs = [x] });

    /// <summary>All dimensions from the second on made one (<c>torch.flatten</c>).</summary>
    public string Flatten(string x, string name = "flatten") => Emit(new Flatten { Name = name, Inputs = [x] });

    /// <summary>Dropout (<c>torch.nn.Dropout</c>).</summary>
    public string Dropout(string module, string x, float probability) =>
        Emit(new Dropout { Name = module, Module = module, Inputs = [x], Probability = probability });

    /// <summary>Values joined along the channels (<c>FloatFunctional.cat</c>).</summary>
    public string Concat(string module, params ReadOnlySpan<string> values) => Emit(new Concat { Name = module, Module = module, Inputs = [.. values] });

    /// <summary>A sum (<c>FloatFunctional.add</c>).</summary>
    public string Add(string module, string a, string b) => Emit(new Add { Name = module, Module = module, Inputs = [a, b] });

    /// <summary>A product (<c>FloatFunctional.mul</c>).</summary>
    public string Multiply(string module, string a, string b) => Emit(new Multiply { Name = module, Module = module, Inputs = [a, b] });

    /// <summary>A sum and its ReLU (<c>FloatFunctional.add_relu</c>).</summary>
    public string AddRelu(string module, string a, string b)
    {
        string sum = Emit(new Add { Name = $"{module}.add", Module = module, Inputs = [a, b] });
        return Emit(new Relu { Name = module, Module = module, Inputs = [sum] });
    }

    /// <summary>Adds an operation.</summary>
    /// <exception cref="ArgumentException">Its module was not declared.</exception>
    /// <exception cref="GraphException">Its inputs do not fit.</exception>
    public string Emit(Node node)
    {
        if (!_modules.ContainsKey(node.Module)) throw new ArgumentException($"The module '{node.Module}' was not declared.", nameof(node));
        _types.Add(node.Name, node.InferType([.. node.Inputs.Select(input => _types[input])]));
        _nodes.Add(node);
        return node.Name;
    }

    /// <summary>The graph.</summary>
    /// <param name="output">The value that it gives.</param>
    public Graph Build(string output) =>
        new(_inputs, [.. _nodes], output, _constants, [.. _modules.Keys], _moreOutputs);

    private string Parameter(string name, Shape shape, Initializer initializer, Shape weight)
    {
        Tensor tensor = parameters(name, shape, random =>
        {
            var bytes = new byte[shape.ElementCount * sizeof(float)];
            initializer(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()), weight, random);
            return new Tensor(ElementType.Float32, shape, bytes);
        });
        _constants.Add(name, tensor);
        _types.Add(name, tensor.Type);
        return name;
    }
}
