namespace QuantPS.Engine.Kernels;

/// <summary>
/// A sum of codes as qnnpack computes it (PyTorch's fork, requantization.h and q8vadd.c): in fixed point, with factors of 22 bits, and
/// with halves rounded away from zero. The code is zero point + round((left * LeftFactor + right * RightFactor + Offset) / 2^Shift).
/// </summary>
internal readonly record struct QnnpackSum(int LeftFactor, int RightFactor, int Offset, int Shift)
{
    /// <summary>The numbers for two inputs and an output; null where their scales are too far apart for qnnpack.</summary>
    public static QnnpackSum? Of(QuantParams left, QuantParams right, QuantParams output)
    {
        (float ofLeft, float ofRight) = (left.Scale / output.Scale, right.Scale / output.Scale);
        (float smaller, float larger) = (MathF.Min(ofLeft, ofRight), MathF.Max(ofLeft, ofRight));
        if (smaller < 1f / (1 << 14) || larger >= 1 << 8) return null;
        int shift = 21 - MathF.ILogB(larger);
        int leftFactor = (int)MathF.Round(MathF.ScaleB(ofLeft, shift)), rightFactor = (int)MathF.Round(MathF.ScaleB(ofRight, shift));
        return new(leftFactor, rightFactor, -(leftFactor * left.ZeroPoint + rightFactor * right.ZeroPoint), shift);
    }

    /// <summary>The sum of two codes in steps of the output's scale.</summary>
    public int Of(byte left, byte right)
    {
        int sum = left * LeftFactor + right * RightFactor + Offset;
        int mask = (1 << Shift) - 1;
        int remainder = (sum & mask) - (sum < 0 ? 1 : 0);
        return (sum >> Shift) + (remainder > mask >> 1 ? 1 : 0);
    }
}
