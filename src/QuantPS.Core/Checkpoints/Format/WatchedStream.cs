namespace QuantPS.Checkpoints;

/// <summary>A stream that is read, of which somebody is told how far it is, within a large read too, and may end it by an exception.</summary>
internal sealed class WatchedStream(Stream inner, IProgress<long>? progress) : Stream
{
    private const int Largest = 1 << 20;

    private long _done;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int all = 0;
        while (all < buffer.Length)
        {
            progress?.Report(Math.Min(_done, Length));
            int read = inner.Read(buffer.Slice(all, Math.Min(buffer.Length - all, Largest)));
            if (read == 0) break;
            all += read;
            _done += read;
        }
        return all;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
    }
}
