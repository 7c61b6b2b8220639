using System.Buffers.Binary;

namespace QuantPS.Checkpoints;

/// <summary>Reads a stretch of a stream from front to end. Nothing is allocated for a length that the stretch does not have.</summary>
internal sealed class ByteWindow
{
    private readonly Stream _stream;
    private readonly long _start;
    private readonly long _length;
    private byte[] _buffer = [];
    private int _next;
    private int _filled;
    private long _fetched;

    /// <param name="stream">A stream that can seek.</param>
    /// <param name="start">Where the stretch begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="part">What it is, for errors.</param>
    public ByteWindow(Stream stream, long start, long length, CheckpointPart part) =>
        (_stream, _start, _length, Part) = (stream, start, length, part);

    public CheckpointPart Part { get; }

    /// <summary>How many bytes have been read.</summary>
    public long Position => _fetched - (_filled - _next);

    public long Remaining => _length - Position;

    public byte ReadByte()
    {
        if (_next == _filled) Fill();
        return _buffer[_next++];
    }

    public void Read(Span<byte> target)
    {
        Require(target.Length);
        int buffered = Math.Min(target.Length, _filled - _next);
        _buffer.AsSpan(_next, buffered).CopyTo(target);
        _next += buffered;
        if (buffered == target.Length) return;
        _stream.Position = _start + _fetched;
        ReadStream(target[buffered..]);
    }

    public byte[] ReadBytes(long count)
    {
        Require(count);
        if (count > Array.MaxLength) throw Part.TooLarge($"a part of it has {count:N0} bytes; {Array.MaxLength:N0} is the most.");
        var bytes = new byte[count];
        Read(bytes);
        return bytes;
    }

    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private void Require(long count)
    {
        if (count < 0) throw Part.Unreadable($"a length of {count:N0} at byte {Position:N0} is negative or too large.");
        if (count > Remaining) throw Part.Truncated($"{count:N0} bytes should follow byte {Position:N0}, and {Remaining:N0} do.");
    }

    private void Fill()
    {
        Require(1);
        if (_buffer.Length == 0) _buffer = new byte[Math.Min(8192, Remaining)];
        int count = (int)Math.Min(_buffer.Length, Remaining);
        _stream.Position = _start + _fetched;
        (_next, _filled) = (0, 0);
        ReadStream(_buffer.AsSpan(0, count));
        _filled = count;
    }

    private void ReadStream(Span<byte> target)
    {
        if (_stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            throw Part.Truncated("the file became shorter while it was read.");
        _fetched += target.Length;
    }
}
