namespace QuantPS.Checkpoints;

/// <summary>
/// What one file may cost to read. Without it a few bytes could ask for gigabytes: an expanded tensor has a stride of zero, a
/// storage may be viewed any number of times, a shared list may be copied by every two bytes of a pickle, and zeros deflate
/// to a thousandth.
/// </summary>
/// <param name="part">The file, for errors.</param>
/// <param name="fileLength">Its length in bytes.</param>
internal sealed class CheckpointBudget(CheckpointPart part, long fileLength)
{
    private const int ValueBytes = 32;
    private long _tensorLimit = 4 * fileLength + (1 << 20);
    private long _inflatedLeft = 32 * fileLength;
    private long _tensorBytes;
    private long _values;

    /// <summary>Counts the bytes of a tensor.</summary>
    public void ChargeTensor(long bytes)
    {
        if (bytes > _tensorLimit - _tensorBytes)
            throw part.TooLarge(
                $"its tensors would take more than {_tensorLimit:N0} bytes, four times what the file stores, so they are views that repeat " +
                "the same data. Save clones of the tensors (tensor.clone()) instead of expanded views.");
        _tensorBytes += bytes;
    }

    /// <summary>Counts the bytes that a compressed entry inflates to.</summary>
    public void ChargeInflated(long bytes)
    {
        if (bytes > _inflatedLeft)
            throw part.TooLarge($"its compressed entries inflate to more than 32 times the {fileLength:N0} bytes of the file.");
        _inflatedLeft -= bytes;
        _tensorLimit += 4 * bytes;
    }

    /// <summary>Counts Python values that are made or copied.</summary>
    public void ChargeValues(long count)
    {
        if (count > (16 * fileLength + (64 << 20)) / ValueBytes - _values)
            throw part.TooLarge($"it holds more Python objects than a file of {fileLength:N0} bytes has room for.");
        _values += count;
    }

    /// <summary>Counts text that is kept, as the values that would take as much.</summary>
    public void ChargeText(int length) => ChargeValues(1 + (long)length * sizeof(char) / ValueBytes);

    /// <summary>Forgets the values counted so far, for a second pass over the same pickle.</summary>
    public void RestartValues() => _values = 0;
}
