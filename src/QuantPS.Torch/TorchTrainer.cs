using QuantPS.Torch.Native;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>Trains with libtorch's operators and their gradients.</summary>
public sealed class TorchTrainer : ITrainer
{
    static TorchTrainer() => TorchNatives.Load().Attach(typeof(torch).Assembly);

    /// <inheritdoc/>
    public TrainingResult Train(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        request.Validate();
        int threads = torch.get_num_threads();
        torch.set_num_threads(request.Options.Threads ?? Environment.ProcessorCount);
        torch.manual_seed((long)request.Options.Seed);
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
        }
    }
}
