using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace QuantPS.Torch.Network;

/// <summary>Optimizers, and what they remember of each parameter, by PyTorch's names: <c>fc.weight.momentum_buffer</c>.</summary>
internal static class OptimizerState
{
    /// <summary>The optimizer that the options name, with PyTorch's defaults (TorchSharp's second beta is another).</summary>
    public static Optimizer Create(TrainingOptions options, NetworkTensors tensors)
    {
        IEnumerable<Parameter> parameters = tensors.Parameters.Select(parameter => parameter.Parameter);
        return options.Optimizer switch
        {
            TrainingOptimizer.Adam => Adam(parameters, options.LearningRate, beta1: 0.9, beta2: 0.999, weight_decay: options.WeightDecay),
            TrainingOptimizer.AdamW => AdamW(parameters, options.LearningRate, beta1: 0.9, beta2: 0.999, weight_decay: options.WeightDecay),
            _ => SGD(parameters, options.LearningRate, options.Momentum, weight_decay: options.WeightDecay, nesterov: options.Nesterov),
        };
    }

    /// <summary>What an optimizer remembers, copied.</summary>
    public static ImmutableDictionary<string, Tensor> Capture(Optimizer optimizer, NetworkTensors tensors)
    {
        var state = ImmutableDictionary.CreateBuilder<string, Tensor>();
        foreach ((string name, TorchSharp.Modules.OptimizerState remembered) in Of(optimizer, tensors))
        {
            void Add(string what, torch.Tensor? tensor)
            {
                if (tensor is not null) state.Add($"{name}.{what}", TensorTransfer.ToManaged(tensor));
            }

            switch (remembered)
            {
                case SGD.State sgd:
                    Add("momentum_buffer", sgd.momentum_buffer);
                    break;
                case Adam.State adam:
                    state.Add($"{name}.step", Tensor.From<long>([adam.step], Shape.Scalar));
                    Add("exp_avg", adam.exp_avg);
                    Add("exp_avg_sq", adam.exp_avg_sq);
                    break;
                case AdamW.State adam:
                    state.Add($"{name}.step", Tensor.From<long>([adam.step], Shape.Scalar));
                    Add("exp_avg", adam.exp_avg);
                    Add("exp_avg_sq", adam.exp_avg_sq);
                    break;
            }
        }
        return state.ToImmutable();
    }

    /// <summary>Makes a new optimizer remember what was captured.</summary>
    public static void Restore(Optimizer optimizer, NetworkTensors tensors, ImmutableDictionary<string, Tensor> state)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradients = torch.no_grad();
        foreach ((string name, TorchSharp.Modules.OptimizerState remembered) in Of(optimizer, tensors))
        {
            Tensor? Kept(string what, ElementType element, IEnumerable<long> shape) =>
                !state.TryGetValue($"{name}.{what}", out Tensor? kept) ? null
                : kept.Element == element && kept.Shape.Select(size => (long)size).SequenceEqual(shape) ? kept
                : throw new QuantPSException("CheckpointMismatch", $"The checkpoint is damaged: the optimizer's '{name}.{what}' is of another shape or type.", name);

            torch.Tensor? Find(string what) =>
                Kept(what, ElementType.Float32, tensors[name].shape) is { } kept ? TensorTransfer.ToTorch(kept.As<float>(), kept.Shape, tensors.Device) : null;

            long Step() => Kept("step", ElementType.Int64, []) is { } kept ? kept.As<long>()[0] : 0;

            switch (remembered)
            {
                case SGD.State sgd:
                    sgd.momentum_buffer = Find("momentum_buffer")?.DetachFromDisposeScope();
                    break;
                case Adam.State adam:
                    adam.step = Step();
                    Copy(adam.exp_avg, Find("exp_avg"));
                    Copy(adam.exp_avg_sq, Find("exp_avg_sq"));
                    break;
                case AdamW.State adam:
                    adam.step = Step();
                    Copy(adam.exp_avg, Find("exp_avg"));
                    Copy(adam.exp_avg_sq, Find("exp_avg_sq"));
                    break;
            }
        }
    }

    private static void Copy(torch.Tensor to, torch.Tensor? from)
    {
        if (from is not null) to.copy_(from);
    }

    // TorchSharp lists the states in the order of the parameters.
    private static IEnumerable<(string Name, TorchSharp.Modules.OptimizerState State)> Of(Optimizer optimizer, NetworkTensors tensors) =>
        ((OptimizerHelper)optimizer).state_dict().State.Select((state, index) => (tensors.Parameters[index].Name, state));
}
