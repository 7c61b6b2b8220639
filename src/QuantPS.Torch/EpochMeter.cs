using QuantPS.Training;

namespace QuantPS.Torch;

/// <summary>The sums of an epoch.</summary>
internal sealed class EpochMeter(int epoch, int epochs, int images, int batchSize, bool validating)
{
    private long _images, _right;
    private double _loss;

    /// <summary>The epoch, from 1.</summary>
    public int Epoch => epoch + 1;

    /// <summary>The number of batches so far.</summary>
    public int Batch { get; private set; }

    /// <summary>The number of batches when every image can be read.</summary>
    public int Batches { get; } = (images + batchSize - 1) / batchSize;

    /// <summary>The mean loss of an image.</summary>
    public double Loss => _loss / _images;

    /// <summary>The share of right answers in percent.</summary>
    public double Top1 => 100.0 * _right / _images;

    /// <summary>Where the epoch stands.</summary>
    public TrainingProgress Progress => new(Epoch, epochs, Batch, Batches, Loss, Top1, validating);

    /// <summary>Takes a batch.</summary>
    public void Add(int count, double meanLoss, long right)
    {
        _images += count;
        _right += right;
        _loss += meanLoss * count;
        Batch++;
    }
}
