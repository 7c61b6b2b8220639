using System.Diagnostics;
using QuantPS.Training;

namespace QuantPS.Torch;

/// <summary>The sums of an epoch.</summary>
internal sealed class EpochMeter
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _before;
    private EpochProgress _sums;

    /// <summary>Starts with nothing.</summary>
    public EpochMeter(int epoch, int images, int batchSize) : this(new EpochProgress(epoch, 0, 0, 0, 0, 0, 0), images, batchSize) { }

    /// <summary>Goes on from where an epoch was interrupted.</summary>
    public EpochMeter(EpochProgress from, int images, int batchSize) =>
        (_sums, _before, Batches) = (from, from.Images, (images + batchSize - 1) / batchSize);

    /// <summary>The epoch, from 1.</summary>
    public int Epoch => _sums.Epoch + 1;

    /// <summary>The number of batches so far.</summary>
    public int Batch => _sums.Batch;

    /// <summary>The number of batches when every image can be read.</summary>
    public int Batches { get; }

    /// <summary>How many images a second it has seen since it started or went on.</summary>
    public double ImagesPerSecond => (_sums.Images - _before) / Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The mean loss of an image.</summary>
    public double Loss => _sums.Loss / _sums.Images;

    /// <summary>The share of right answers in percent.</summary>
    public double Top1 => 100.0 * _sums.Right / _sums.Images;

    /// <summary>Where the epoch stands.</summary>
    public EpochProgress Progress => _sums with { Seconds = _sums.Seconds + Stopwatch.GetElapsedTime(_start).TotalSeconds };

    /// <summary>Takes a batch.</summary>
    public void Add(int count, double meanLoss, long right) => _sums = _sums with
    {
        Batch = _sums.Batch + 1, Images = _sums.Images + count, Right = _sums.Right + right, Loss = _sums.Loss + meanLoss * count,
    };

    /// <summary>Says how many images are behind.</summary>
    public void MoveTo(int position) => _sums = _sums with { Position = position };
}
