using System.Collections.Immutable;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>Trains models, in float or for int8. The bridge <c>Torch</c> computes the gradients.</summary>
public static class ModelTrainer
{
    private const int LayerImages = 32;

    /// <summary>Trains in float.</summary>
    /// <param name="model">A float model; it is not changed.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">Epochs, learning rate and the like.</param>
    /// <param name="progress">Told of each batch, on the calling thread.</param>
    /// <param name="cancel">Stops after the batch in work with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="transfer">What of the model goes into the training; all of it when null.</param>
    /// <returns>The float model with its new weights; the last step of its history has a record for each epoch.</returns>
    /// <exception cref="QuantPSException">
    /// <c>ModelAlreadyQuantized</c>; <c>BridgeNotFound</c>, <c>BridgeUnavailable</c> and <c>TorchUnavailable</c> where libtorch cannot be
    /// loaded; <c>CheckpointExists</c>: a file of another training would be lost; what <see cref="TrainingCheckpoint"/> and
    /// <see cref="ITrainer.Train"/> throw.
    /// </exception>
    public static QuantModel TrainFloat(QuantModel model, TrainingData data, TrainingOptions options,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default, TransferOptions? transfer = null)
    {
        transfer ??= new();
        model.RequireFloat();
        Graph graph = Start(model, transfer, options.Seed);
        TrainingRequest request = Request(model, graph, data, Freezing(graph, options, transfer), transfer);
        ImmutableSortedDictionary<string, string> settings = TrainingSettings.Of(data, request.Options).AddRange(TrainingSettings.Of(transfer));
        TrainingResult result = Train(request, settings, progress, cancel);
        return (model with { Labels = request.Labels }).After(Step("Training", settings, result), result.Graph);
    }

    /// <summary>
    /// Quantization-aware training: fuse, train with fake quantization, convert (torch/ao/quantization/quantize.py, <c>quantize_qat</c>).
    /// </summary>
    /// <remarks>
    /// A quantized model is trained on from its dequantized weights, or from the float weights that the options give; with
    /// <see cref="TransferOptions.HeadOnly"/> its classifier alone is, and the rest stays as it is.
    /// </remarks>
    /// <param name="model">The model; it is not changed. Of a float one the batch normalizations are not yet folded.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">The settings.</param>
    /// <param name="progress">Told of each batch, on the calling thread.</param>
    /// <param name="cancel">Stops after the batch in work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The int8 model; the last step of its history has a record for each epoch, and where there are validation images the accuracies of the
    /// trained weights in float, with fake quantization, and converted, and the signal-to-noise ratio of each layer.
    /// </returns>
    /// <exception cref="QuantPSException">
    /// What <see cref="TrainFloat"/> and <see cref="QuantizationPlanner.Create"/> throw. <c>ObserverWithoutData</c>: observers are
    /// frozen before they see any. <c>ClassifierNotFound</c>, <c>FloatModelMismatch</c>: the transfer does not fit the network.
    /// </exception>
    public static QuantModel TrainQuantized(QuantModel model, TrainingData data, QatOptions options,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Transfer.HeadOnly && model.Precision == ModelPrecision.Int8) return TrainHead(model, data, options, progress, cancel);
        QConfig qconfig = options.QConfig ?? QConfig.ForTraining(options.Backend);
        Graph graph = Start(model, options.Transfer, options.Training.Seed);
        if (options.Plan.Fuse) graph = ReplaceRelu6.Apply(graph);
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options.Plan);
        TrainingOptions training = Freezing(graph, FreezingLate(options.Training), options.Transfer);
        TrainingRequest request = Request(model, graph, data, training, options.Transfer) with
        {
            Plan = plan, QConfig = qconfig, PyTorchNumerics = options.PyTorchNumerics,
        };
        ImmutableSortedDictionary<string, string> settings = Settings(data, options with { Training = training }, qconfig);
        TrainingResult result = Train(request, settings, progress, cancel);

        var activations = plan.Observed.ToDictionary(value => value, value => QuantFormula.Affine(result.Ranges[value], qconfig.MaximumCode));
        Graph prepared = StaticQuantizer.Prepare(result.Graph, options.Plan);
        Graph quantized = options.PyTorchNumerics
            ? ConvertToQdq.Apply(prepared, plan, activations, plan.Weights.Keys.ToDictionary(name => name, name => Averaged(result.WeightRanges[name], qconfig)))
            : StaticQuantizer.Convert(prepared, plan, activations, qconfig);
        QuantModel trained = model with { Labels = request.Labels, Backend = options.Backend };
        ModelStep step = Step("QuantizationAwareTraining", settings, result);
        return trained.After(Measured(step, trained with { Graph = quantized }, prepared, data, request, result, cancel), quantized);
    }

    /// <summary>Trains the classifier on what the int8 layers before it give.</summary>
    private static QuantModel TrainHead(QuantModel model, TrainingData data, QatOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        QuantizationBackend backend = model.Backend ?? options.Backend;
        QConfig qconfig = QConfig.ForTraining(backend);
        (Graph backbone, Graph head) = Head.Cut(model.Graph);
        if (options.Transfer.ClassCount is int count) head = Head.Replace(head, count, options.Training.Seed);
        Linear layer = Head.Of(head);
        QuantParams? codes = model.Graph.Constants[model.Graph.ConstantBehind(Head.Of(model.Graph).Inputs[1])].Quantization;
        bool isCoded = model.Graph.QuantizeOf(layer.Name) is not null;
        TrainingRequest request = Request(model, head, data, FreezingLate(options.Training), options.Transfer) with
        {
            Backbone = backbone, Backend = backend, PyTorchNumerics = options.PyTorchNumerics,
            QConfig = codes is null ? null : qconfig with { Weight = codes.Axis is null ? ObserverKind.MinMax : ObserverKind.PerChannelMinMax },
            Plan = codes is null ? null : new QuantizationPlan(isCoded ? [layer.Name] : [], ImmutableDictionary<string, string>.Empty,
                ImmutableDictionary<string, string>.Empty.Add(layer.Inputs[1], layer.Name)),
        };
        // A checkpoint has the head alone.
        ImmutableSortedDictionary<string, string> settings =
            Settings(data, options with { Training = request.Options, Backend = backend }, qconfig).Add("Backbone", GraphDigest.Of(backbone));
        TrainingResult result = Train(request, settings, progress, cancel);
        QuantParams? weight = options.PyTorchNumerics && codes is not null ? Averaged(result.WeightRanges[layer.Inputs[1]], request.QConfig!) : null;
        Graph joined = Head.Join(model.Graph, result.Graph, weight, isCoded ? QuantFormula.Affine(result.Ranges[layer.Name], qconfig.MaximumCode) : null);
        QuantModel trained = model with { Labels = request.Labels };
        ModelStep step = Step("HeadTraining", settings, result);
        return trained.After(Measured(step, trained with { Graph = joined }, null, data, request, result, cancel), joined);
    }

    /// <summary>The float graph that training starts from.</summary>
    private static Graph Start(QuantModel model, TransferOptions transfer, ulong seed)
    {
        Graph graph = model.Graph;
        if (model.Precision != ModelPrecision.Float32)
        {
            graph = RemoveQuantization.Apply(graph);
            if (transfer.FloatModel is { } source)
            {
                source.RequireFloat();
                graph = transfer.ClassCount is null ? Head.Copy(source.Graph, graph) : source.Graph;
            }
        }
        return transfer.ClassCount is int count ? Head.Replace(graph, count, seed) : graph;
    }

    private static TrainingOptions Freezing(Graph graph, TrainingOptions options, TransferOptions transfer) =>
        transfer.HeadOnly ? options with { FreezeModules = Head.Others(graph) } : options;

    // Late in training the scales and statistics of the converted network have to be those that its weights are trained for
    // (PyTorch's tutorial and torchvision's reference script freeze them, too).
    private static TrainingOptions FreezingLate(TrainingOptions options)
    {
        int half = (options.FakeQuantizeEpoch + options.Epochs + 1) / 2;
        return options with { FreezeObserverEpoch = options.FreezeObserverEpoch ?? half, FreezeBatchNormEpoch = options.FreezeBatchNormEpoch ?? half };
    }

    private static TrainingRequest Request(QuantModel model, Graph graph, TrainingData data, TrainingOptions options, TransferOptions transfer) => new()
    {
        Graph = graph,
        Training = data.Training,
        Validation = data.Validation,
        Preprocessing = model.Preprocessing,
        // Images of other classes than the model's own give it theirs, and so do those of a new classifier.
        Labels = transfer.ClassCount is null && data.Training.Classes.All(model.Labels.Contains) ? model.Labels : data.Training.Classes,
        Options = options,
        Unreadable = data.Unreadable,
        EpochDone = data.EpochDone,
        Warning = data.Warning,
    };

    private static TrainingResult Train(TrainingRequest request, ImmutableSortedDictionary<string, string> settings, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        if (request.Options.Checkpoint is { } checkpoint)
        {
            Checkpoint.RequireFolder(checkpoint.Path);
            bool exists = File.Exists(checkpoint.Path);
            if (exists && !checkpoint.Resume && !checkpoint.Overwrite)
                throw new QuantPSException("CheckpointExists",
                    $"'{checkpoint.Path}' is there already. Go on from it (-Resume), overwrite it (-Force), or name another file.", checkpoint.Path);
            if (!exists && checkpoint.Resume)
                request.Warning?.Invoke($"There is no checkpoint '{checkpoint.Path}': the training begins from the start, and writes it.");
            request = request with
            {
                Resume = exists && checkpoint.Resume ? TrainingCheckpoint.Read(checkpoint.Path, settings) : null,
                Save = snapshot => TrainingCheckpoint.Write(snapshot, settings, checkpoint.Path),
            };
        }
        return Bridge.Load<ITrainer>("Torch").Train(request, progress, cancel);
    }

    private static QuantParams Averaged(ImmutableArray<QuantRange> ranges, QConfig qconfig) => qconfig.PerChannelWeights
        ? QuantParams.PerChannel([.. ranges.Select(range => (double)QuantFormula.Symmetric(range))], new long[ranges.Length], axis: 0)
        : QuantParams.PerTensor(QuantFormula.Symmetric(ranges[0]), 0);

    private static ImmutableSortedDictionary<string, string> Settings(TrainingData data, QatOptions options, QConfig qconfig) =>
        TrainingSettings.Of(data, options.Training).AddRange(TrainingSettings.Of(options, qconfig)).AddRange(TrainingSettings.Of(options.Transfer));

    private static ModelStep Step(string name, ImmutableSortedDictionary<string, string> settings, TrainingResult result) =>
        new(name, result.BestEpoch is int best ? settings.Add("BestEpoch", $"{best}") : settings, [.. result.Epochs]);

    /// <summary>
    /// The step with top-1 on the validation images, of the trained weights in float, with fake quantization, and in int8; and, on some of the
    /// images, with how far the int8 layers lie from the float ones.
    /// </summary>
    private static ModelStep Measured(
        ModelStep step, QuantModel quantized, Graph? prepared, TrainingData data, TrainingRequest request, TrainingResult result, CancellationToken cancel)
    {
        if (data.Validation is null || result.Epochs.IsEmpty) return step;
        double Top1(QuantModel model) => ModelAccuracy.Measure(
            model, data.Validation, request.Options.BatchSize, request.Options.Threads ?? Environment.ProcessorCount, cancel: cancel).Top1;
        ImmutableSortedDictionary<string, double> measures = step.Measures
            .Add("FakeQuantizedTop1", result.Epochs[(result.BestEpoch ?? result.Epochs.Length) - 1].ValidationTop1!.Value)
            .Add("Int8Top1", Top1(quantized));
        if (prepared is null) return step with { Measures = measures };
        QuantModel inFloat = quantized with { Graph = prepared, Backend = null };
        return step with
        {
            Measures = measures.Add("FloatTop1", Top1(inFloat)),
            Layers = LayerComparer.Compare(inFloat, quantized, data.Validation.Sample(LayerImages, request.Options.Seed), cancel: cancel),
        };
    }
}
