using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Torch.Network;
using QuantPS.Torch.Quantization;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>One training from its first epoch to its last.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingRequest _request;
    private readonly TrainingOptions _options;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancel;
    private readonly NetworkTensors _tensors;
    private readonly FakeQuantization? _fake;
    private readonly TorchNetwork _network;
    private readonly torch.optim.Optimizer _optimizer;

    public TrainingRun(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        (_request, _options, _progress, _cancel) = (request, request.Options, progress, cancel);
        _tensors = new NetworkTensors(request.Graph);
        if (request.Plan is not null) _fake = new FakeQuantization(request.Plan, request.QConfig!);
        _network = new TorchNetwork(request.Graph, _tensors, _fake);
        _optimizer = _options.Optimizer switch
        {
            TrainingOptimizer.Adam => torch.optim.Adam(_tensors.Parameters, _options.LearningRate, weight_decay: _options.WeightDecay),
            _ => torch.optim.SGD(_tensors.Parameters, _options.LearningRate, _options.Momentum, weight_decay: _options.WeightDecay),
        };
    }

    public TrainingResult Run()
    {
        var epochs = ImmutableArray.CreateBuilder<EpochRecord>();
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            EpochMeter trained = TrainEpoch(epoch);
            EpochMeter? validated = _request.Validation is null ? null : Measure(_request.Validation, epoch);
            epochs.Add(new EpochRecord(epoch + 1, LearningRate, trained.Loss, trained.Top1, validated?.Loss, validated?.Top1,
                Stopwatch.GetElapsedTime(start).TotalSeconds));
        }
        return new TrainingResult(_tensors.Update(_request.Graph),
            _fake?.Ranges() ?? ImmutableDictionary<string, QuantRange>.Empty, epochs.ToImmutable());
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _tensors.Dispose();
    }

    private double LearningRate
    {
        get => _optimizer.ParamGroups.First().LearningRate;
        set
        {
            foreach (torch.optim.ILearningRateController group in _optimizer.ParamGroups) group.LearningRate = value;
        }
    }

    private EpochMeter TrainEpoch(int epoch)
    {
        var mode = new ForwardMode(
            Training: true,
            BatchStatistics: !(epoch >= _options.FreezeBatchNormEpoch),
            Observe: !(epoch >= _options.FreezeObserverEpoch));
        ulong order = new SeededRandom(_options.Seed, (ulong)epoch).NextUInt64();
        Augmentation? augmentation = _options.Augment ? Augmentation.Cifar with { Seed = _options.Seed } : null;
        var meter = new EpochMeter(epoch, _options.Epochs, _request.Training.Count, _options.BatchSize, validating: false);
        ImmutableArray<int> classes = _request.Training.ClassIndices(_request.Labels);
        foreach (ImageBatch batch in Read(_request.Training.Shuffle(order), epoch, augmentation))
        {
            // What is left over for a last batch may be one image, of which there are no statistics.
            if (mode.BatchStatistics && batch.Count == 1) continue;
            LearningRate = _options.LearningRateAt(epoch, meter.Batch, meter.Batches);
            using (torch.NewDisposeScope())
            {
                torch.Tensor loss = Forward(batch, classes, mode, meter);
                _optimizer.zero_grad();
                loss.backward();
                _optimizer.step();
            }
            if (mode.BatchStatistics) _tensors.BatchesTracked++;
            Report(meter);
        }
        return RequireImages(meter, _request.Training);
    }

    private EpochMeter Measure(ImageDataset data, int epoch)
    {
        var meter = new EpochMeter(epoch, _options.Epochs, data.Count, _options.BatchSize, validating: true);
        ImmutableArray<int> classes = data.ClassIndices(_request.Labels);
        using IDisposable noGradients = torch.no_grad();
        foreach (ImageBatch batch in Read(data, epoch, augmentation: null))
        {
            using (torch.NewDisposeScope()) Forward(batch, classes, ForwardMode.Evaluation, meter);
            Report(meter);
        }
        return RequireImages(meter, data);
    }

    private static EpochMeter RequireImages(EpochMeter meter, ImageDataset data) => meter.Batch > 0 ? meter
        : throw new QuantPSException("NoReadableImages", $"Too few images of '{data.Name}' could be read to train or measure with: at least two are needed.", data.Path);

    private BatchReader Read(ImageDataset data, int epoch, Augmentation? augmentation) =>
        new(data, _request.Preprocessing, _request.Graph.Inputs[0].Shape, _options.BatchSize)
        {
            Augmentation = augmentation,
            Epoch = epoch,
            Unreadable = epoch == 0 ? _request.Unreadable : null,
            Cancellation = _cancel,
        };

    /// <summary>The loss of a batch, taken into the epoch's sums.</summary>
    private torch.Tensor Forward(ImageBatch batch, ImmutableArray<int> classes, ForwardMode mode, EpochMeter meter)
    {
        Shape sample = _request.Graph.Inputs[0].Shape;
        torch.Tensor input = TensorTransfer.ToTorch(batch.Input.Span, [batch.Count, .. sample]);
        torch.Tensor labels = torch.tensor(Array.ConvertAll(batch.Labels.ToArray(), label => (long)classes[label]));
        torch.Tensor logits = _network.Forward(input, mode);
        torch.Tensor loss = torch.nn.functional.cross_entropy(logits, labels);
        float value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new QuantPSException("LossNotFinite",
                $"The loss is {value} in epoch {meter.Epoch}, batch {meter.Batch + 1} of {meter.Batches}{(mode.Training ? "" : " of the validation")}. " +
                $"Try a lower learning rate than {_options.LearningRate}.", _request.Training.Name);
        meter.Add(batch.Count, value, (logits.argmax(1) == labels).sum().item<long>());
        return loss;
    }

    private void Report(EpochMeter meter)
    {
        _progress?.Report(meter.Progress);
        _cancel.ThrowIfCancellationRequested();
    }
}
