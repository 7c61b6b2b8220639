using System.Collections.Immutable;
using System.Globalization;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>The settings of a training as text: for the history, and to tell whether a checkpoint is of the same training.</summary>
internal static class TrainingSettings
{
    /// <summary>What bears on the result; of what is off by default, only what is on.</summary>
    public static ImmutableSortedDictionary<string, string> Of(TrainingData data, TrainingOptions options)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>();
        void Add(string name, IConvertible value) => settings.Add(name, value.ToString(CultureInfo.InvariantCulture));
        void AddIf(bool isOn, string name, IConvertible? value)
        {
            if (isOn) Add(name, value!);
        }

        Add("TrainingData", data.Training.ToString());
        AddIf(data.Validation is not null, "ValidationData", data.Validation?.ToString());
        Add(nameof(options.Epochs), options.Epochs);
        Add(nameof(options.LearningRate), options.LearningRate);
        Add(nameof(options.Optimizer), options.Optimizer.ToString());
        Add(nameof(options.Schedule), options.Schedule.ToString());
        Add(nameof(options.WeightDecay), options.WeightDecay);
        Add(nameof(options.BatchSize), options.BatchSize);
        Add(nameof(options.Augment), options.Augment);
        Add(nameof(options.Seed), options.Seed);
        AddIf(options.Optimizer == TrainingOptimizer.Sgd, nameof(options.Momentum), options.Momentum);
        AddIf(options.Nesterov, nameof(options.Nesterov), true);
        AddIf(options.Schedule == LearningRateSchedule.Step, nameof(options.StepEpochs), options.StepEpochs);
        AddIf(options.WarmUpEpochs > 0, nameof(options.WarmUpEpochs), options.WarmUpEpochs);
        AddIf(options.LabelSmoothing > 0, nameof(options.LabelSmoothing), options.LabelSmoothing);
        AddIf(options.GradientClip is not null, nameof(options.GradientClip), options.GradientClip);
        AddIf(options.Augment && options.CropPadding != 4, nameof(options.CropPadding), options.CropPadding);
        AddIf(options.Augment && !options.Flip, nameof(options.Flip), options.Flip);
        AddIf(options.Augment && options.ColorJitter > 0, nameof(options.ColorJitter), options.ColorJitter);
        AddIf(options.KeepLast, nameof(options.KeepLast), true);
        AddIf(options.Patience is not null, nameof(options.Patience), options.Patience);
        AddIf(!options.FreezeModules.IsEmpty, nameof(options.FreezeModules), string.Join(", ", options.FreezeModules));
        AddIf(options.Device != TrainingDevice.Cpu, nameof(options.Device), options.Device.ToString());
        AddIf(options.FakeQuantizeEpoch > 0, nameof(options.FakeQuantizeEpoch), options.FakeQuantizeEpoch);
        AddIf(options.FreezeObserverEpoch is not null, nameof(options.FreezeObserverEpoch), options.FreezeObserverEpoch);
        AddIf(options.FreezeBatchNormEpoch is not null, nameof(options.FreezeBatchNormEpoch), options.FreezeBatchNormEpoch);
        return settings.ToImmutable();
    }

    /// <summary>Those of fake quantization besides.</summary>
    public static ImmutableSortedDictionary<string, string> Of(QatOptions options, QConfig qconfig)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>();
        settings.Add("Backend", options.Backend.ToString().ToLowerInvariant());
        settings.Add("Activations", $"quint8 0..{qconfig.MaximumCode}, affine, moving average of minimum and maximum");
        settings.Add("Weights", $"qint8, symmetric, {(qconfig.PerChannelWeights ? "per channel" : "per tensor")}, {(options.PyTorchNumerics ? "moving average of minimum and maximum" : "their own range")}");
        if (options.PyTorchNumerics) settings.Add(nameof(options.PyTorchNumerics), bool.TrueString);
        if (!options.Plan.Fuse) settings.Add(nameof(options.Plan.Fuse), bool.FalseString);
        if (!options.Plan.SkipModules.IsEmpty) settings.Add("SkipModule", string.Join(", ", options.Plan.SkipModules));
        return settings.ToImmutable();
    }

    /// <summary>What of a model goes into a training, besides.</summary>
    public static ImmutableSortedDictionary<string, string> Of(TransferOptions options)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>();
        if (options.ClassCount is int count) settings.Add(nameof(options.ClassCount), count.ToString(CultureInfo.InvariantCulture));
        if (options.HeadOnly) settings.Add(nameof(options.HeadOnly), bool.TrueString);
        if (options.FloatModel is { } model) settings.Add(nameof(options.FloatModel), model.Name);
        return settings.ToImmutable();
    }
}
