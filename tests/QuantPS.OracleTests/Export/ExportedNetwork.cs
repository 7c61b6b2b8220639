using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Export;

/// <summary>A network of several inputs and outputs, and of sequences of any length, as libtorch runs it and as the engine runs it.</summary>
internal sealed class ExportedNetwork : IDisposable
{
    private readonly Graph _graph;
    private readonly CompiledGraph _compiled;
    private readonly RunBuffers _buffers;
    private readonly Libtorch _libtorch;

    /// <summary>Sets the engine, and loads the network in both.</summary>
    public ExportedNetwork(Graph graph, QEngine engine, int maxBatch, int maxLength)
    {
        Libtorch.Require(engine);
        Libtorch.Engine = engine;
        _graph = graph;
        _libtorch = new Libtorch(graph);
        _compiled = CompiledGraph.Compile(graph, new CompileOptions { MaxBatch = maxBatch, MaxLength = maxLength, Backend = Parity.BackendOf(engine) });
        _buffers = _compiled.CreateBuffers();
    }

    /// <summary>Runs both on the same inputs, and gives the outputs of each in the order of the graph.</summary>
    /// <param name="inputs">The inputs by name: floats, or indices.</param>
    public (float[] Ours, float[] Theirs)[] Run(IReadOnlyDictionary<string, Array> inputs, int batch, int length)
    {
        foreach ((string name, Array values) in inputs)
            if (values is long[] indices) indices.CopyTo(_buffers.Indices(name));
            else ((float[])values).CopyTo(_buffers.Floats(name));
        _compiled.Run(_buffers, batch, length, cancel: TestContext.Current.CancellationToken);
        float[][] theirs = _libtorch.InvokeForOutputs("forward", _graph.Inputs.Select(input =>
        {
            long[] shape = [batch, .. input.Shape.Select((size, d) => d == 0 && input.IsSequence ? length : (long)size)];
            return inputs[input.Name] is long[] indices ? HostTensor.From<long>(indices, shape) : HostTensor.From<float>((float[])inputs[input.Name], shape);
        }));
        return [.. _compiled.Outputs.Zip(theirs, (port, values) => (_buffers.Results(port.Name)[..CountOf(port, batch, length)].ToArray(), values))];
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _compiled.Dispose();
        _libtorch.Dispose();
    }

    private static int CountOf(GraphPort port, int batch, int length) =>
        (int)(batch * (port.IsSequence ? length * (port.Shape.ElementCount / port.Shape[0]) : port.Shape.ElementCount));
}
