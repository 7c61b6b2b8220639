using QuantPS.OracleTests.Oracle;
using QuantPS.Torch.Native;
using TorchSharp;

namespace QuantPS.Benchmarks.Starting;

/// <summary>libtorch on a TorchScript archive.</summary>
internal sealed class StartedLibtorch(int threads) : IStartedEngine
{
    private torch.jit.ScriptModule<torch.Tensor, torch.Tensor>? _module;

    public bool LoadsItself => true;

    public void Load(string file)
    {
        TorchNatives.Load().Attach(typeof(torch).Assembly);
        QEngines.Use(QEngine.X86);
        torch.set_num_threads(threads);
        _module = torch.jit.load<torch.Tensor, torch.Tensor>(file);
    }

    public void Run(float[] image)
    {
        using IDisposable inference = torch.inference_mode();
        using torch.Tensor input = torch.tensor(image, StartedModel.ImageShape);
        using torch.Tensor output = _module!.call(input);
    }
}
