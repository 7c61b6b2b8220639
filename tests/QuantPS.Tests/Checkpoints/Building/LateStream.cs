namespace QuantPS.Tests.Checkpoints;

/// <summary>A file that begins with a great many zeros, which take no memory.</summary>
internal sealed class LateStream(long zeros, byte[] tail) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => zeros + tail.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int done = 0;
        for (; done < count && Position < Length; done++, Position++)
            buffer[offset + done] = Position < zeros ? (byte)0 : tail[Position - zeros];
        return done;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? Position : Length);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
