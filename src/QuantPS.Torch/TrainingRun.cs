using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Torch.Network;
using QuantPS.Torch.Quantization;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>One training from its first epoch, or from where it was interrupted, to its last.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingRequest _request;
    private readonly TrainingOptions _options;
    private readonly ProgressCount _progress;
    private readonly CancellationToken _cancel;
    private readonly NetworkTensors _tensors;
    private readonly FakeQuantization? _fake;
    private readonly TorchNetwork _network;
    private readonly NetworkInput _input;
    private readonly torch.optim.Optimizer _optimizer;
    private readonly bool _needsStatistics;
    private readonly List<EpochRecord> _epochs = [];
    private EpochMeter _meter;
    private NetworkState? _best;
    private int? _bestEpoch;
    private DivergenceWatch _divergence = new();

    public TrainingRun(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        (_request, _options, _cancel) = (request, request.Options, cancel);
        torch.Device device = _options.Device == TrainingDevice.Cuda ? torch.CUDA : torch.CPU;
        _tensors = new NetworkTensors(request.Graph, device, ModulePattern.Of(_options.FreezeModules, request.Graph));
        if (request.Plan is not null) _fake = new FakeQuantization(request.Plan, request.QConfig!, request.PyTorchNumerics, device);
        _network = new TorchNetwork(request.Graph, _tensors, _fake);
        _input = new NetworkInput(request, device);
        _optimizer = OptimizerState.Create(_options, _tensors);
        _needsStatistics = request.Graph.Nodes.Any(node => node is BatchNorm && !_tensors.IsFrozen(node));
        _meter = new EpochMeter(0, request.Training.Count, _options.BatchSize);
        _progress = new ProgressCount(progress, request, request.Resume?.Progress ?? _meter.Progress);
    }

    public TrainingResult Run()
    {
        if (_request.Resume is { } snapshot) Restore(snapshot);
        if (_tensors.Parameters.Count == 0)
            throw new QuantPSException("NothingToTrain", "Every parameter is frozen. Name fewer modules to freeze.", _request.Training.Name);
        if (_options.BatchSize == 1 && NeedsStatistics(ModeOf(0)))
            throw new QuantPSException("TrainingOptionsContradict",
                "A batch of one image has no statistics for batch normalizations. Give a larger -BatchSize, or -FreezeBatchNormEpoch 0.", _options);
        try
        {
            while (_meter.Epoch <= _options.Epochs && !IsOver) RunEpoch();
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
        NetworkState state = _best ?? Capture();
        return new TrainingResult(state.Apply(_request.Graph),
            state.Ranges.Where(observed => _fake!.Observes(observed.Key)).ToImmutableDictionary(observed => observed.Key, observed => observed.Value[0]), [.. _epochs])
        {
            WeightRanges = state.Ranges.Where(observed => _fake!.HasWeight(observed.Key)).ToImmutableDictionary(),
            BestEpoch = _best is null ? null : _bestEpoch,
        };
    }

    public void Dispose()
    {
        _input.Dispose();
        _optimizer.Dispose();
        _fake?.Dispose();
        _tensors.Dispose();
    }

    /// <summary>Whether no epoch has been better for too long.</summary>
    private bool IsOver => _options.Patience is int patience && _bestEpoch is int best && _epochs.Count - best >= patience;

    private void RunEpoch()
    {
        TrainEpoch(_meter.Epoch - 1);
        EpochMeter? validated = _request.Validation is null ? null : Measure(_request.Validation, _meter.Epoch - 1);
        var record = new EpochRecord(_meter.Epoch, _options.LearningRateAt(_meter.Epoch - 1, _meter.Batch - 1, _meter.Batches),
            _meter.Loss, _meter.Top1, validated?.Loss, validated?.Top1, _meter.Progress.Seconds);
        _epochs.Add(record);
        if (validated is not null && (_fake is null || Rounds(record.Epoch - 1)) && IsBest(record))
        {
            _bestEpoch = record.Epoch;
            if (!_options.KeepLast) _best = Capture();
        }
        _meter = new EpochMeter(_meter.Epoch, _request.Training.Count, _options.BatchSize);
        Save();
        _request.EpochDone?.Invoke(record);
    }

    // Ranges of before would linger in the moving averages: observers begin when rounding does.
    private bool Rounds(int epoch) => epoch >= _options.FakeQuantizeEpoch;

    // Of equals the later one: it has learned more.
    private bool IsBest(EpochRecord record) => _bestEpoch is not int best
        || (record.ValidationTop1!.Value, -record.ValidationLoss!.Value).CompareTo((_epochs[best - 1].ValidationTop1!.Value, -_epochs[best - 1].ValidationLoss!.Value)) >= 0;

    private ForwardMode ModeOf(int epoch) => new(
        Training: true,
        BatchStatistics: !(epoch >= _options.FreezeBatchNormEpoch),
        Observe: Rounds(epoch) && !(epoch >= _options.FreezeObserverEpoch)) { Unrounded = !Rounds(epoch) };

    private bool NeedsStatistics(ForwardMode mode) => mode.BatchStatistics && _needsStatistics;

    private void TrainEpoch(int epoch)
    {
        ForwardMode mode = ModeOf(epoch);
        ulong order = new SeededRandom(_options.Seed, (ulong)epoch).NextUInt64();
        int before = _meter.Progress.Position;
        ImmutableArray<int> classes = _request.Training.ClassIndices(_request.Labels);
        foreach (ImageBatch batch in _input.Read(_request.Training.Shuffle(order).Skip(before), epoch, _options.Augmentation, _cancel))
        {
            // What is left over for a last batch may be one image, of which there are no statistics.
            if (batch.Count > 1 || !NeedsStatistics(mode)) Step(batch, classes, mode);
            _meter.MoveTo(before + batch.Position);
            _progress.Report(_meter, validating: false);
            _cancel.ThrowIfCancellationRequested();
        }
        RequireImages(_meter, _request.Training);
    }

    private void Step(ImageBatch batch, ImmutableArray<int> classes, ForwardMode mode)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        double rate = _options.LearningRateAt(_meter.Epoch - 1, _meter.Batch, _meter.Batches);
        foreach (torch.optim.ILearningRateController group in _optimizer.ParamGroups) group.LearningRate = rate;
        _optimizer.zero_grad();
        torch.Tensor loss = Forward(batch, classes, mode, _meter, out int count);
        loss.backward();
        if (_options.GradientClip is double norm) torch.nn.utils.clip_grad_norm_(_tensors.Parameters.Select(parameter => parameter.Parameter), norm);
        _optimizer.step();
        if (mode.BatchStatistics) _tensors.BatchesTracked++;

        bool told = _divergence.Told;
        _divergence = _divergence.After(loss.item<float>(), count);
        if (!told && _divergence.Told)
            _request.Warning?.Invoke(FormattableString.Invariant(
                $"The training diverges: in epoch {_meter.Epoch}, batch {_meter.Batch} of {_meter.Batches}, the loss is {_divergence.Smoothed:0.00}, after {_divergence.Lowest:0.00} at its lowest. Try a tenth of the learning rate {_options.LearningRate}, some epochs of warm-up, or gradient clipping."));
    }

    private EpochMeter Measure(ImageDataset data, int epoch)
    {
        var meter = new EpochMeter(epoch, data.Count, _options.BatchSize);
        ImmutableArray<int> classes = data.ClassIndices(_request.Labels);
        ForwardMode mode = ForwardMode.Evaluation with { Unrounded = !Rounds(epoch) };
        using IDisposable noGradients = torch.no_grad();
        foreach (ImageBatch batch in _input.Read(data, epoch, augmentation: null, _cancel))
        {
            using (torch.NewDisposeScope()) Forward(batch, classes, mode, meter, out _);
            _progress.Report(meter, validating: true);
            _cancel.ThrowIfCancellationRequested();
        }
        return RequireImages(meter, data);
    }

    private static EpochMeter RequireImages(EpochMeter meter, ImageDataset data) => meter.Batch > 0 ? meter
        : throw new QuantPSException("NoReadableImages", $"Too few images of '{data.Name}' could be read to train or measure with: at least two are needed.", data.Path);

    /// <summary>The loss of a batch, taken into the epoch's sums.</summary>
    private torch.Tensor Forward(ImageBatch batch, ImmutableArray<int> classes, ForwardMode mode, EpochMeter meter, out int count)
    {
        torch.Tensor input = _input.Of(batch);
        torch.Tensor labels = torch.tensor(Array.ConvertAll(batch.Labels.ToArray(), label => (long)classes[label])).to(_tensors.Device);
        // What dropout draws hangs on the batch alone, so that a training that goes on draws what it would have drawn.
        ulong draw = new SeededRandom(_options.Seed, (ulong)meter.Epoch, (ulong)meter.Batch).NextUInt64();
        using torch.Generator? random = mode.Training && _network.IsRandom ? new torch.Generator(draw, _tensors.Device) : null;
        mode = mode with { Random = random };
        torch.Tensor logits = _network.Forward(input, mode);
        count = (int)logits.shape[1];
        torch.Tensor loss = torch.nn.functional.cross_entropy(logits, labels, label_smoothing: mode.Training ? _options.LabelSmoothing : 0);
        float value = loss.item<float>();
        if (!float.IsFinite(value)) throw NotFinite(value, meter, mode, input);
        meter.Add(batch.Count, value, (logits.argmax(1) == labels).sum().item<long>());
        return loss;
    }

    private QuantPSException NotFinite(float loss, EpochMeter meter, ForwardMode mode, torch.Tensor input)
    {
        Node? first = null;
        using (torch.no_grad())
            _network.Forward(input, mode, (node, value) => first ??= value.isfinite().all().item<bool>() ? null : node);
        string where = first is null ? "" : $" The first layer whose activations went wrong is '{(first.Module.Length > 0 ? first.Module : first.Name)}'.";
        return new QuantPSException("LossNotFinite", string.Create(CultureInfo.InvariantCulture,
            $"The loss is {loss} in epoch {meter.Epoch}, batch {meter.Batch + 1} of {meter.Batches}{(mode.Training ? "" : " of the validation")}.{where} " +
            $"Try a lower learning rate than {_options.LearningRate}, or gradient clipping."), first?.Module ?? _request.Training.Name);
    }

    private NetworkState Capture() =>
        new(_tensors.Capture(), _tensors.BatchesTracked, _fake?.Capture() ?? ImmutableDictionary<string, ImmutableArray<QuantRange>>.Empty);

    private void Save() => _request.Save?.Invoke(new TrainingSnapshot
    {
        Progress = _meter.Progress, Network = Capture(), Optimizer = OptimizerState.Capture(_optimizer, _tensors), Epochs = [.. _epochs],
        Best = _best, BestEpoch = _bestEpoch, Divergence = _divergence,
    });

    private void Restore(TrainingSnapshot snapshot)
    {
        _tensors.Restore(snapshot.Network);
        _fake?.Restore(snapshot.Network.Ranges);
        OptimizerState.Restore(_optimizer, _tensors, snapshot.Optimizer);
        _epochs.AddRange(snapshot.Epochs);
        (_best, _bestEpoch, _divergence) = (snapshot.Best, snapshot.BestEpoch, snapshot.Divergence);
        _meter = new EpochMeter(snapshot.Progress, _request.Training.Count, _options.BatchSize);
    }
}
