using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>Images as the input of the network that is trained: themselves, or what the engine's int8 backbone makes of them.</summary>
internal sealed class NetworkInput : IDisposable
{
    private readonly TrainingRequest _request;
    private readonly torch.Device _device;
    private readonly CompiledGraph? _backbone;
    private readonly float[] _features = [];

    public NetworkInput(TrainingRequest request, torch.Device device)
    {
        (_request, _device) = (request, device);
        if (request.Backbone is null) return;
        _backbone = CompiledGraph.Compile(request.Backbone, new CompileOptions
        {
            MaxBatch = request.Options.BatchSize, Backend = request.Backend, Threads = request.Options.Threads ?? Environment.ProcessorCount,
        });
        _features = new float[request.Options.BatchSize * _backbone.OutputShape.ElementCount];
    }

    /// <summary>The images of a data set, decoded ahead by other threads.</summary>
    public BatchReader Read(ImageDataset data, int epoch, Augmentation? augmentation, CancellationToken cancel) =>
        new(data, _request.Preprocessing, _request.Sample, _request.Options.BatchSize)
        {
            Augmentation = augmentation,
            Epoch = epoch,
            Unreadable = epoch == 0 ? _request.Unreadable : null,
            Cancellation = cancel,
        };

    /// <summary>A batch in libtorch's memory.</summary>
    public torch.Tensor Of(ImageBatch batch)
    {
        Shape shape = [batch.Count, .. _request.Graph.Inputs[0].Shape];
        if (_backbone is null) return TensorTransfer.ToTorch(batch.Input.Span, shape, _device);
        Span<float> features = _features.AsSpan(0, (int)shape.ElementCount);
        _backbone.Run(batch.Input.Span, batch.Count, features);
        return TensorTransfer.ToTorch(features, shape, _device);
    }

    public void Dispose() => _backbone?.Dispose();
}
