using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>Functions of a vector of floats, to some units in the last place. What is not a number stays so.</summary>
internal readonly struct FloatFunctions<TVector, TLanes> where TLanes : struct, IFloatLanes<TVector>
{
    private const float Log2E = 1.44269504f;
    // The logarithm of 2 as a float, and what it lacks.
    private const float Log2 = 0.693147182f, Log2Rest = -1.90465421e-9f;
    /// <summary>The logarithm of the least normal number.</summary>
    private const float Lowest = -87.3365448f;
    /// <summary>The highest number whose power <see cref="IFloatLanes{TVector}.PowerOfTwo"/> can give.</summary>
    private const float Highest = 88;

    /// <summary>exp(x) for x up to 88, and as for 88 above; 0 where it is no normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector inside = TLanes.Max(TLanes.Fill(Lowest), TLanes.Min(TLanes.Fill(Highest), x));
        TVector power = TLanes.PowerOfTwo(Reduce(inside, out TVector rest));
        return TLanes.ZeroBelow(TLanes.MultiplyAdd(power, ExpMinus1OfRest(rest), power), x, TLanes.Fill(Lowest));
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) =>
        TLanes.Divide(TLanes.Fill(1), TLanes.Add(TLanes.Fill(1), Exp(TLanes.Subtract(TLanes.Fill(0), x))));

    /// <summary>tanh(x) as e / (e + 2) with e = exp(2 x) - 1, which keeps its precision near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        // Beyond 10, the result is 1 or -1.
        TVector inside = TLanes.Max(TLanes.Fill(-20), TLanes.Min(TLanes.Fill(20), TLanes.Add(x, x)));
        TVector power = TLanes.PowerOfTwo(Reduce(inside, out TVector rest));
        TVector e = TLanes.MultiplyAdd(power, ExpMinus1OfRest(rest), TLanes.Subtract(power, TLanes.Fill(1)));
        return TLanes.Divide(e, TLanes.Add(e, TLanes.Fill(2)));
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

    /// <summary>x = exponent * log(2) + rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, out TVector rest)
    {
        TVector exponent = TLanes.Round(TLanes.Multiply(x, TLanes.Fill(Log2E)));
        rest = TLanes.MultiplyAdd(exponent, TLanes.Fill(-Log2), x);
        rest = TLanes.MultiplyAdd(exponent, TLanes.Fill(-Log2Rest), rest);
        return exponent;
    }

    /// <summary>exp(x) - 1 for x between -0.35 and 0.35: the series to the seventh power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpMinus1OfRest(TVector x)
    {
        TVector sum = TLanes.MultiplyAdd(TLanes.Fill(1 / 5040f), x, TLanes.Fill(1 / 720f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(1 / 120f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(1 / 24f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(1 / 6f));
        sum = TLanes.MultiplyAdd(sum, x, TLanes.Fill(0.5f));
        return TLanes.MultiplyAdd(TLanes.Multiply(x, x), sum, x);
    }
}
