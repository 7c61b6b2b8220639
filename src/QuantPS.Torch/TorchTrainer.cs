using QuantPS.Torch.Native;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>Trains with libtorch's operators and their gradients.</summary>
public sealed class TorchTrainer : ITrainer
{
    private static readonly SemaphoreSlim _turn = new(1);

    static TorchTrainer() => TorchNatives.Load().Attach(typeof(torch).Assembly);

    /// <inheritdoc/>
    public TrainingResult Train(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        request.Validate();
        if (request.Options.Device == TrainingDevice.Cuda && !torch.cuda.is_available())
            throw new QuantPSException("CudaUnavailable",
                "There is no CUDA here: training on a graphics card needs an NVIDIA driver and, beside the module's bridges/Torch, the libraries of TorchSharp's CUDA package. Train on Cpu.");
        // Trainings take turns: libtorch has one number of threads for all.
        _turn.Wait(cancel);
        int threads = torch.get_num_threads();
        torch.set_num_threads(request.Options.Threads ?? Environment.ProcessorCount);
        try
        {
            // Dispose scopes belong to a thread: everything happens on this one.
            using DisposeScope scope = torch.NewDisposeScope();
            using var run = new TrainingRun(request, progress, cancel);
            return run.Run();
        }
        finally
        {
            torch.set_num_threads(threads);
            _turn.Release();
        }
    }
}
