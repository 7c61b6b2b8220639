using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Starting;

/// <summary>QuantPS on a state dict file. The first run compiles the graph.</summary>
internal sealed class StartedQuantPS(string architecture, int threads) : IStartedEngine
{
    private Graph? _graph;
    private CompiledGraph? _compiled;
    private float[] _output = [];

    public bool LoadsItself => false;

    public void Load(string file) =>
        _graph = Architectures.Find(architecture).FromStateDict(StateDictReader.Read(file), backend: QuantizationBackend.X86).Graph;

    public void Run(float[] image)
    {
        if (_compiled is null)
        {
            _compiled = CompiledGraph.Compile(_graph!, new CompileOptions { Threads = threads, Backend = QuantizationBackend.X86 });
            // As a program would: what runs needs the graph no more.
            _graph = null;
            _output = new float[_compiled.OutputShape.ElementCount];
        }
        _compiled.Run(image, 1, _output);
    }
}
