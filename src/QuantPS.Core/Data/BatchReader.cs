using System.Collections;
using QuantPS.Engine;

namespace QuantPS.Data;

/// <summary>
/// Reads a data set as a network's input, batch by batch, in the data set's order. Other threads decode the next batches meanwhile;
/// everything that the caller gives is called on the caller's thread. Can be enumerated more than once.
/// </summary>
/// <param name="data">The data set; its own preprocessing, if it has one, takes the place of the given one.</param>
/// <param name="preprocessing">What the network asks for.</param>
/// <param name="sample">The shape of one input: channels, height, width.</param>
/// <param name="batchSize">The number of images in a batch, at least 1.</param>
/// <exception cref="QuantPSException"><c>PreprocessingMismatch</c>: the preprocessing does not make inputs of this shape.</exception>
public sealed class BatchReader(ImageDataset data, Preprocessing preprocessing, Shape sample, int batchSize) : IEnumerable<ImageBatch>
{
    private readonly ImageTransform _transform = new(data.Preprocessing ?? preprocessing, sample);
    private readonly int _batchSize =
        batchSize >= 1 ? batchSize : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch has at least one image.");

    /// <summary>Is told the path of an image that cannot be read, and why; the image is left out, and its batch is that much smaller.</summary>
    public Action<string, Exception>? Unreadable { get; init; }

    /// <summary>How to vary the images; null to take them as they are.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>The number of the epoch, on which the variation depends.</summary>
    public int Epoch { get; init; }

    /// <summary>The number of batches that are decoded at once, and ahead.</summary>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Ends the enumeration with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Starts to decode. Batches without a readable image are left out.</summary>
    /// <exception cref="QuantPSException"><c>ImageShapeMismatch</c>: the images are not of the network's size, and nothing crops them.</exception>
    public IEnumerator<ImageBatch> GetEnumerator()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Queue<Task<ImageBatch>> ahead = [];
        int next = 0;
        try
        {
            for (int worker = 0; worker < Math.Max(Workers, 1); worker++)
                Start(new ImageBatch(Math.Min(_batchSize, data.Count), _transform.SampleLength));
            while (ahead.TryDequeue(out Task<ImageBatch>? task))
            {
                Cancellation.ThrowIfCancellationRequested();
                ImageBatch batch = task.WaitAsync(Cancellation).GetAwaiter().GetResult();
                foreach ((string path, Exception error) in batch.Unreadable) Unreadable?.Invoke(path, error);
                if (batch.Count > 0) yield return batch;
                Start(batch);
            }
        }
        finally
        {
            stop.Cancel();
            Task.WhenAll(ahead).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        void Start(ImageBatch batch)
        {
            if (next >= data.Count) return;
            (int start, next) = (next, Math.Min(next + _batchSize, data.Count));
            int end = next;
            ahead.Enqueue(Task.Run(() => Fill(batch, start, end, stop.Token)));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ImageBatch Fill(ImageBatch batch, int start, int end, CancellationToken stop)
    {
        batch.Clear(end);
        for (int index = start; index < end; index++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                Variation variation = Augmentation?.Draw(Epoch, data.SourceIndex(index)) ?? default;
                _transform.Apply(data.Read(index), batch.Free, data.PathOf(index), variation);
                batch.Add(data.Labels[index], index);
            }
            catch (QuantPSException error) when (error.ErrorId == "ImageUnreadable")
            {
                batch.Unreadable.Add((data.PathOf(index), error));
            }
        }
        return batch;
    }
}
