using QuantPS.Benchmarks.Models;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Benchmarks.Engines;

/// <summary>Our own engine.</summary>
internal sealed class QuantPSEngine : IEngine
{
    private readonly float[] _input, _output;
    private readonly int _batch;

    public QuantPSEngine(BenchmarkModel model, Graph graph, int threads, InstructionSet? instructionSet = null)
    {
        (_input, _output, _batch) = (model.Input, new float[model.OutputLength], model.Batch);
        Compiled = CompiledGraph.Compile(graph, new CompileOptions
        {
            MaxBatch = model.Batch,
            Threads = threads,
            Backend = QuantizationBackend.X86,
            InstructionSet = instructionSet,
        });
    }

    /// <summary>What runs.</summary>
    public CompiledGraph Compiled { get; }

    public void Run() => Compiled.Run(_input, _batch, _output);

    /// <summary>Runs it once and times each step, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public void Profile(Span<long> ticks) => Compiled.Profile(_input, _batch, _output, ticks);

    public float[] Output() => _output;

    public void Dispose() => Compiled.Dispose();
}
