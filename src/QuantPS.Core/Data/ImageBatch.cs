namespace QuantPS.Data;

/// <summary>Some images as a network's input. Its memory is used again: it holds until the reader moves on to the next batch.</summary>
public sealed class ImageBatch
{
    private readonly float[] _input;
    private readonly int[] _labels, _indices;
    private readonly int _sampleLength;

    internal ImageBatch(int capacity, int sampleLength)
    {
        _sampleLength = sampleLength;
        _input = new float[(long)capacity * sampleLength];
        (_labels, _indices) = (new int[capacity], new int[capacity]);
    }

    /// <summary>The number of images: the batch size, less those that could not be read, and what is left for the last batch.</summary>
    public int Count { get; private set; }

    /// <summary>The images one after the other, each channel by channel and row by row (NCHW).</summary>
    public ReadOnlyMemory<float> Input => _input.AsMemory(0, Count * _sampleLength);

    /// <summary>The label of each image.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>The number of each image in the data set.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>How many images of the data set come before the next batch, those that could not be read among them.</summary>
    public int Position { get; private set; }

    internal List<(string Path, Exception Error)> Unreadable { get; } = [];

    /// <summary>The place for the next image.</summary>
    internal Span<float> Free => _input.AsSpan(Count * _sampleLength, _sampleLength);

    internal void Clear(int position)
    {
        (Count, Position) = (0, position);
        Unreadable.Clear();
    }

    internal void Add(int label, int index)
    {
        _labels[Count] = label;
        _indices[Count++] = index;
    }
}
