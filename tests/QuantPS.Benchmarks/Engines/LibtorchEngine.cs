using QuantPS.Benchmarks.Models;
using QuantPS.Engine;
using QuantPS.Export;
using QuantPS.OracleTests.Oracle;
using QuantPS.Torch.Native;
using TorchSharp;

namespace QuantPS.Benchmarks.Engines;

/// <summary>
/// libtorch, which runs an archive: <c>quantized::</c> operators with the engine <c>x86</c>, or plain float operators; channels last, the
/// input too. Its number of threads is that of the process: engines of one process ask for the same.
/// </summary>
internal sealed class LibtorchEngine : IEngine
{
    private readonly torch.jit.ScriptModule<torch.Tensor, torch.Tensor> _module;
    private readonly torch.Tensor _input;
    private readonly IDisposable _inference;
    private torch.Tensor? _output;

    static LibtorchEngine()
    {
        TorchNatives.Load().Attach(typeof(torch).Assembly);
        QEngines.Use(QEngine.X86);
    }

    public LibtorchEngine(BenchmarkModel model, Graph graph, int threads)
    {
        torch.set_num_threads(threads);
        _inference = torch.inference_mode();
        using var archive = new MemoryStream();
        TorchScriptFile.Write(graph, archive);
        _module = torch.jit.load<torch.Tensor, torch.Tensor>(archive.ToArray());
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor input = torch.tensor(model.Input, [.. model.InputShape.Select(size => (long)size)]);
        _input = (model.InputShape.Rank == 4 ? input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : input).MoveToOuterDisposeScope();
    }

    public void Run()
    {
        _output?.Dispose();
        _output = _module.call(_input);
    }

    public float[] Output() => _output!.contiguous().data<float>().ToArray();

    public void Dispose()
    {
        _output?.Dispose();
        _input.Dispose();
        _module.Dispose();
        _inference.Dispose();
    }
}
