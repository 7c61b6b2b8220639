namespace QuantPS.Training;

/// <summary>Trains a graph, in float or with fake quantization. The bridge <c>Torch</c> implements it; one training at a time.</summary>
public interface ITrainer
{
    /// <summary>Trains and gives new parameters; the request's graph is not changed.</summary>
    /// <param name="request">What to train, on what, and how.</param>
    /// <param name="progress">Told of each batch; called on the training thread.</param>
    /// <param name="cancel">Stops the training after the batch in work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="QuantPSException">
    /// <c>LossNotFinite</c>: the loss is NaN or infinite; the message names the epoch and the batch. <c>DatasetMismatch</c>: a data set has
    /// no labels, or more classes than the network. <c>ModelNotTrainable</c>: the graph has a node without gradients, or does not give a
    /// vector of classes. <c>NoReadableImages</c>: a data set has too few images that can be read.
    /// </exception>
    TrainingResult Train(TrainingRequest request, IProgress<TrainingProgress>? progress, CancellationToken cancel);
}
