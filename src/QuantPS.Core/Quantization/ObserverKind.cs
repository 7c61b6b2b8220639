namespace QuantPS.Quantization;

/// <summary>How the range of a tensor is gathered from what passes, named as PyTorch names its observers.</summary>
public enum ObserverKind
{
    /// <summary>The smallest and the largest value of all (<c>MinMaxObserver</c>).</summary>
    MinMax,
    /// <summary>An average of each batch's smallest and largest value (<c>MovingAverageMinMaxObserver</c>).</summary>
    MovingAverageMinMax,
    /// <summary>The smallest and the largest value of each output channel (<c>PerChannelMinMaxObserver</c>); for weights.</summary>
    PerChannelMinMax,
    /// <summary>The range with the least squared error, searched in a histogram (<c>HistogramObserver</c>); for activations.</summary>
    Histogram,
}
