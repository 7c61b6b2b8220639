using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>The arithmetic of a <see cref="Requantization"/> on vectors of 512 bits; the numbers of each column come from the panel.</summary>
internal sealed unsafe class RequantizeAvx512
{
    private const int Lanes = 16;

    private readonly bool _scaled;
    private readonly bool _clampFloats;
    private readonly Vector512<float> _realZeroPoint;
    private readonly Vector512<float> _lowReal;
    private readonly Vector512<float> _highReal;
    private readonly Vector512<int> _zeroPoint;
    private readonly Vector512<int> _low;
    private readonly Vector512<int> _high;

    public RequantizeAvx512(QuantizedConvSpec spec)
    {
        Requantization r = spec.Requantization;
        _scaled = r.Scale is not null;
        _clampFloats = !r.StaysInInt32(spec.LargestSums());
        int zeroPoint = _scaled ? 0 : r.ZeroPoint;
        _realZeroPoint = Vector512.Create((float)r.ZeroPoint);
        (_lowReal, _highReal) = (Vector512.Create((float)(r.Range.Low - zeroPoint)), Vector512.Create((float)(r.Range.High - zeroPoint)));
        (_zeroPoint, _low, _high) = (Vector512.Create(zeroPoint), Vector512.Create((int)r.Range.Low), Vector512.Create((int)r.Range.High));
    }

    /// <summary>Stores the codes of rows of 16 sums.</summary>
    /// <param name="sums">The rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="numbers">The numbers of the first column: <see cref="PanelNumbers"/>.</param>
    /// <param name="lanes">The columns of the panel with the filling.</param>
    /// <param name="to">Where the codes of the first row go.</param>
    /// <param name="stride">The bytes from a row to the next.</param>
    /// <param name="count">The codes of a row that are stored: 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Store(int* sums, int rows, float* numbers, nint lanes, byte* to, nint stride, int count)
    {
        Vector512<float> scale = Avx512F.LoadVector512(numbers + PanelNumbers.Scale * lanes);
        Vector512<float> bias = Avx512F.LoadVector512(numbers + PanelNumbers.Bias * lanes);
        Vector512<float> factor = Avx512F.LoadVector512(numbers + PanelNumbers.Factor * lanes);
        for (; rows > 0; rows--, sums += Lanes, to += stride)
            RequantizeAvx2.StoreRow(to, Codes(Avx512F.LoadVector512(sums), scale, bias, factor), count);
    }

    /// <summary>The codes of 16 sums, with the numbers of their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Codes(Vector512<int> sums, Vector512<float> scale, Vector512<float> bias, Vector512<float> factor)
    {
        Vector512<float> real = Avx512F.ConvertToVector512Single(sums);
        if (_scaled) real = Avx512F.Multiply(real, scale);
        real = Avx512F.Multiply(Avx512F.Add(real, bias), factor);
        if (_scaled) real = Avx512F.Add(real, _realZeroPoint);
        if (_clampFloats) real = Avx512F.Max(Avx512F.Min(real, _highReal), _lowReal);
        Vector512<int> codes = Avx512F.Add(Avx512F.ConvertToVector512Int32(real), _zeroPoint);
        return Avx512F.ConvertToVector128Byte(Avx512F.Min(Avx512F.Max(codes, _low), _high));
    }
}
