using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>Functions of a vector of floats, to some units in the last place. What is not a number stays so.</summary>
internal readonly struct FloatFunctions<TVector, TLanes> where TLanes : struct, IFloatLanes<TVector>
{
    private const float Log2E = 1.44269504f;
    /// <summary>A little more than the logarithm of 2: a result is off by 2e-9 of it for each power of two.</summary>
    private const float Log2 = 0.693147182f;
    /// <summary>The logarithm of the least normal number.</summary>
    private const float Lowest = -87.3365448f;
    private const float Highest = 88;
    /// <summary>1.5 * 2^23: a sum with it is rounded to a whole number.</summary>
    private const float Shift = 12582912;

    /// <summary>exp(x) for x up to 88, and as for 88 above; 0 where it is no normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) => TLanes.ZeroBelow(ExpOrLeast(x), x, TLanes.Fill(Lowest));

    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) => TLanes.Divide(TLanes.Fill(1), InverseOfSigmoid(x));

    /// <summary>1 + exp(-x), which is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector InverseOfSigmoid(TVector x) => TLanes.Add(TLanes.Fill(1), ExpOrLeast(TLanes.Subtract(TLanes.Fill(0), x)));

    /// <summary>tanh(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        (TVector numerator, TVector denominator) = FractionOfTanh(x);
        return TLanes.Divide(numerator, denominator);
    }

    /// <summary>tanh(x) as e / (e + 2) with e = exp(2 x) - 1, which keeps its precision near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Numerator, TVector Denominator) FractionOfTanh(TVector x)
    {
        // Beyond 10, the result is 1 or -1.
        TVector inside = TLanes.Max(TLanes.Fill(-20), TLanes.Min(TLanes.Fill(20), TLanes.Add(x, x)));
        TVector power = TLanes.PowerOfTwo(Reduce(inside, out TVector rest));
        TVector e = TLanes.MultiplyAdd(power, ExpMinus1OfRest(rest), TLanes.Subtract(power, TLanes.Fill(1)));
        return (e, TLanes.Add(e, TLanes.Fill(2)));
    }

    /// <summary>
    /// x times the normal distribution's share below x: exp(-x x / 2) times a polynomial of 1 / (1 + 0.35 |x| / sqrt(2)) is the share below
    /// -|x|, to 4e-7 of it. The polynomial was fitted to erfc(z) exp(z z) / 2 for the least largest relative error.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        TVector one = TLanes.Fill(1);
        TVector t = TLanes.Divide(one, TLanes.MultiplyAdd(TLanes.Fill(0.247487373f), TLanes.Abs(x), one));
        TVector sum = TLanes.MultiplyAdd(TLanes.Fill(-0.0348840037f), t, TLanes.Fill(0.0682373432f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.0492286340f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.0287925983f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.105551052f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.0843064148f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.100126898f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.Fill(0.0986408724f));
        TVector below = TLanes.Multiply(TLanes.Multiply(sum, t), Exp(TLanes.Multiply(TLanes.Multiply(x, x), TLanes.Fill(-0.5f))));
        return TLanes.Multiply(x, TLanes.WhereNegative(x, below, TLanes.Subtract(one, below)));
    }

    /// <summary>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluTanh(TVector x)
    {
        TVector factor = TLanes.MultiplyAdd(TLanes.Multiply(x, x), TLanes.Fill(0.0356774081f), TLanes.Fill(0.797884561f));
        TVector half = TLanes.Multiply(x, TLanes.Fill(0.5f));
        return TLanes.MultiplyAdd(half, Tanh(TLanes.Multiply(x, factor)), half);
    }

    /// <summary>exp(x) for x up to 88, and as for 88 above; the least normal number where it is less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpOrLeast(TVector x)
    {
        TVector power = TLanes.PowerOfTwo(Reduce(TLanes.Max(TLanes.Fill(Lowest), TLanes.Min(TLanes.Fill(Highest), x)), out TVector rest));
        return TLanes.MultiplyAdd(power, ExpMinus1OfRest(rest), power);
    }

    /// <summary>x = exponent * log(2) + rest. Gives the exponent with <see cref="Shift"/> added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, out TVector rest)
    {
        TVector shifted = TLanes.MultiplyAdd(x, TLanes.Fill(Log2E), TLanes.Fill(Shift)), exponent = TLanes.Subtract(shifted, TLanes.Fill(Shift));
        rest = TLanes.MultiplyAdd(exponent, TLanes.Fill(-Log2), x);
        return shifted;
    }

    /// <summary>exp(x) - 1 for x between -0.347 and 0.347, to 4e-9 of exp(x): a polynomial fitted for the least largest error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpMinus1OfRest(TVector x)
    {
        TVector sum = TLanes.MultiplyAdd(TLanes.Fill(0.00138146104f), x, TLanes.Fill(0.00836871099f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(0.0416683890f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(0.166665211f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(0.499999940f));
        return TLanes.MultiplyAdd(TLanes.Multiply(x, x), sum, x);
    }
}
