namespace QuantPS.Training;

/// <summary>The rule by which gradients change weights.</summary>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with momentum (<c>torch.optim.SGD</c>).</summary>
    Sgd,
    /// <summary>Adam (<c>torch.optim.Adam</c>).</summary>
    Adam,
    /// <summary>Adam with decoupled weight decay (<c>torch.optim.AdamW</c>).</summary>
    AdamW,
}
