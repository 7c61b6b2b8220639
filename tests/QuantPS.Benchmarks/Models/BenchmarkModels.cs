using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Models;

/// <summary>The networks and layers that are timed, with random weights of a fixed seed.</summary>
internal static class BenchmarkModels
{
    private const ulong Seed = 1;
    private const int CalibrationBatches = 2;

    private static readonly (int Inputs, int Outputs)[] s_layers = [(1024, 1024), (1024, 4096), (4096, 1024)];
    private static readonly int[] s_batches = [1, 16, 128];
    private const int RecurrentSize = 512, RecurrentSteps = 35;
    private const int BertSteps = 128;
    private static readonly int[] s_recurrentLayers = [1, 2];
    private static readonly int[] s_recurrentBatches = [1, 10];

    /// <summary>The names of the whole networks.</summary>
    public static IReadOnlyList<string> Networks { get; } = ["mobilenet_v2", "resnet18", "resnet50"];

    /// <summary>The name of each case, with what makes it.</summary>
    public static IReadOnlyDictionary<string, Func<BenchmarkModel>> All { get; } =
        Networks.Select(name => (Name: name, Make: (Func<BenchmarkModel>)(() => Network(name))))
        .Concat(from layer in s_layers
                from batch in s_batches
                let name = $"linear_{layer.Inputs}x{layer.Outputs}_b{batch}"
                select (Name: name, Make: (Func<BenchmarkModel>)(() => Layer(name, layer.Inputs, layer.Outputs, batch))))
        .Concat(from layer in s_layers
                from batch in s_batches
                let name = $"dynamic_linear_{layer.Inputs}x{layer.Outputs}_b{batch}"
                select (Name: name, Make: (Func<BenchmarkModel>)(() => DynamicLayer(name, layer.Inputs, layer.Outputs, batch))))
        .Concat(from layers in s_recurrentLayers
                from batch in s_recurrentBatches
                let name = $"dynamic_lstm_l{layers}_b{batch}"
                select (Name: name, Make: (Func<BenchmarkModel>)(() => LstmLayers(name, layers, batch))))
        .Append((Name: "dynamic_bert_base", Make: BertEncoder))
        .ToDictionary(entry => entry.Name, entry => entry.Make);

    private static BenchmarkModel Network(string name)
    {
        var random = new SeededRandom(Seed);
        Graph graph = Architectures.Find(name).Create(Seed).Graph;
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (BatchNorm2d norm in graph.Nodes.OfType<BatchNorm2d>())
        {
            Tensor weight = graph.Constants[graph.FoldsInto(norm)!.Inputs[1]];
            constants[norm.Inputs[2]] = Tensor.From<float>(Values(weight.Shape[0], () => random.NextDouble(-0.5, 0.5)));
            constants[norm.Inputs[4]] = Tensor.From<float>(Energies(weight));
        }
        return Quantize(name, graph.With(constants: constants), batch: 1, random);
    }

    private static BenchmarkModel Layer(string name, int inputs, int outputs, int batch)
    {
        var random = new SeededRandom(Seed);
        return Quantize(name, LinearGraph(inputs, outputs, random), batch, random);
    }

    private static BenchmarkModel DynamicLayer(string name, int inputs, int outputs, int batch)
    {
        var random = new SeededRandom(Seed);
        return Dynamic(name, LinearGraph(inputs, outputs, random), batch, random);
    }

    private static BenchmarkModel LstmLayers(string name, int layers, int batch)
    {
        var random = new SeededRandom(Seed);
        double bound = 1 / Math.Sqrt(RecurrentSize);
        var lstm = new Lstm { Name = "lstm", Module = "lstm", HiddenSize = RecurrentSize, Layers = layers, Inputs = ["input"] };
        lstm = lstm with { Inputs = ["input", .. lstm.ParameterNames] };
        var constants = new Dictionary<string, Tensor>();
        foreach (string parameter in lstm.ParameterNames)
        {
            Shape shape = parameter.StartsWith("weight", StringComparison.Ordinal) ? [4 * RecurrentSize, RecurrentSize] : [4 * RecurrentSize];
            constants[parameter] = Tensor.From<float>(Values((int)shape.ElementCount, () => random.NextDouble(-bound, bound)), shape);
        }
        var graph = new Graph([new GraphInput("input", [RecurrentSteps, RecurrentSize]) { IsSequence = true }], [lstm], "lstm", constants, ["", "lstm"]);
        return Dynamic(name, graph, batch, random);
    }

    // What follows the embeddings, of a sequence without padding: every engine takes floats.
    private static BenchmarkModel BertEncoder()
    {
        const string Embedded = "bert.embeddings.dropout";
        var random = new SeededRandom(Seed);
        Graph bert = Architectures.Find("bert").Create(Seed).Graph;
        int features = bert.InferTypes(1)[Embedded].Shape[2];
        Node[] nodes = [.. bert.Nodes.SkipWhile(node => node.Name != Embedded).Skip(1)
            .Select(node => node is Attention attention ? attention with { Inputs = [.. attention.Inputs.Take(3)] } : node)];
        var used = nodes.SelectMany(node => node.Inputs).ToHashSet();
        var graph = new Graph([new GraphInput(Embedded, [BertSteps, features]) { IsSequence = true }], [.. nodes], bert.Output,
            bert.Constants.Where(constant => used.Contains(constant.Key)).ToDictionary(), bert.Modules);
        return Dynamic("dynamic_bert_base", graph, batch: 1, random);
    }

    private static BenchmarkModel Dynamic(string name, Graph graph, int batch, SeededRandom random)
    {
        var model = new QuantModel { Name = name, Architecture = "", Graph = graph, Preprocessing = Preprocessing.ImageNet };
        Graph dynamic = DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions { Backend = QuantizationBackend.X86 }).Model.Graph;
        return new BenchmarkModel(name, graph, dynamic, batch, Values((int)graph.Inputs[0].Shape.ElementCount * batch, random.NextGaussian));
    }

    private static Graph LinearGraph(int inputs, int outputs, SeededRandom random)
    {
        double bound = 1 / Math.Sqrt(inputs);
        var constants = new Dictionary<string, Tensor>
        {
            ["weight"] = Tensor.From<float>(Values(outputs * inputs, () => random.NextDouble(-bound, bound)), [outputs, inputs]),
            ["bias"] = Tensor.From<float>(Values(outputs, () => random.NextDouble(-bound, bound))),
        };
        return new Graph([new GraphInput("input", [inputs])], [new Linear { Name = "linear", Module = "linear", Inputs = ["input", "weight", "bias"] }], "linear", constants, ["", "linear"]);
    }

    // The input is one of the calibration's, so that no code lies outside the seven bits in which libtorch's kernels are exact.
    private static BenchmarkModel Quantize(string name, Graph graph, int batch, SeededRandom random)
    {
        float[][] inputs = [.. Enumerable.Range(0, CalibrationBatches).Select(_ => Values((int)graph.Inputs[0].Shape.ElementCount * batch, random.NextGaussian))];
        var options = new StaticQuantizationOptions { Backend = QuantizationBackend.X86, BatchSize = batch };
        Graph prepared = StaticQuantizer.Prepare(graph, options.Plan);
        QuantizationPlan plan = QuantizationPlanner.Create(prepared, options.Plan);
        IReadOnlyDictionary<string, QuantParams> activations =
            Calibration.Run(prepared, plan, options, inputs.Select(input => new InputBatch(input, batch)), progress: null, CancellationToken.None);
        Graph int8 = StaticQuantizer.Convert(prepared, plan, activations, QConfig.For(options.Backend));
        return new BenchmarkModel(name, prepared, int8, batch, inputs[0]);
    }

    // The variance that a filter gives independent inputs of variance 1. With it for the running variance, activations neither die away
    // nor grow, as in a trained network.
    private static float[] Energies(Tensor weight)
    {
        float[] values = weight.ToFloats();
        return [.. values.Chunk(values.Length / weight.Shape[0]).Select(filter => filter.Sum(value => value * value))];
    }

    private static float[] Values(int count, Func<double> next)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)next();
        return values;
    }
}
