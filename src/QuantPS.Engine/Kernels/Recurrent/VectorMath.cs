using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// exp, sigmoid and tanh of vectors, as the library SLEEF computes them, at most one unit in the last place off (Shibata and Petrogalli,
/// 2020, "SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions"). libtorch's sigmoid gives the same bits; its tanh
/// differs by that unit in about two of a thousand numbers. Near is not enough: a unit in the last place can make a hidden state another code,
/// which all later steps see.
/// </summary>
/// <remarks>Every operation is rounded alike on every processor, so that all rungs give the same bits.</remarks>
internal static class VectorMath<TVector, TLanes> where TLanes : struct, IFloatLanes<TVector>
{
    // A little more than the largest exponent of e, and of 1 / e, that a float holds.
    private const float Largest = 104;
    private const float InverseLn2 = 1.44269504f;
    // ln 2 as a sum whose first part has so few bits that its product with an exponent is exact.
    private const float Ln2High = 0.693145751953125f, Ln2Low = 1.428606765330187045e-06f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) => TLanes.Divide(Fill(1), Add(Fill(1), Exp(Negate(x))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        // Beyond these, it is 0 and infinity. NaN stays NaN.
        x = TLanes.Max(Fill(-Largest), TLanes.Min(Fill(Largest), x));
        TVector exponent = TLanes.Round(Multiply(x, Fill(InverseLn2)));
        TVector rest = MultiplyAdd(exponent, Fill(-Ln2Low), MultiplyAdd(exponent, Fill(-Ln2High), x));
        TVector sum = Fill(0.000198527617612853646278381f);
        sum = MultiplyAdd(sum, rest, Fill(0.00139304355252534151077271f));
        sum = MultiplyAdd(sum, rest, Fill(0.00833336077630519866943359f));
        sum = MultiplyAdd(sum, rest, Fill(0.0416664853692054748535156f));
        sum = MultiplyAdd(sum, rest, Fill(0.166666671633720397949219f));
        sum = MultiplyAdd(sum, rest, Fill(0.5f));
        sum = Add(Fill(1), MultiplyAdd(Multiply(rest, rest), sum, rest));
        TVector half = TLanes.Round(Multiply(exponent, Fill(0.5f)));
        return Multiply(Multiply(sum, TLanes.PowerOfTwo(half)), TLanes.PowerOfTwo(Subtract(exponent, half)));
    }

    /// <summary>(e^|x| - e^-|x|) / (e^|x| + e^-|x|) in sums of two floats, with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        // Beyond the bound it is 1 in float; NaN stays NaN.
        const float bound = 8.664339742f;
        TVector magnitude = TLanes.Abs(x), inside = TLanes.Min(Fill(2 * bound), magnitude);
        (TVector High, TVector Low) up = ExpPair(inside), down = Inverse(up);
        (TVector High, TVector Low) ratio = Divide(AddSmaller(up, (Negate(down.High), Negate(down.Low))), AddSmaller(up, down));
        TVector result = TLanes.WhereNegative(Subtract(Fill(bound), magnitude), Fill(1), Add(ratio.High, ratio.Low));
        return TLanes.WhereNegative(x, Negate(result), result);
    }

    /// <summary>e^x, of a number whose power of two lies in the range of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) ExpPair(TVector x)
    {
        TVector exponent = TLanes.Round(Multiply(x, Fill(InverseLn2)));
        (TVector High, TVector Low) rest = Add(Add((x, Fill(0)), Multiply(exponent, Fill(-Ln2High))), Multiply(exponent, Fill(-Ln2Low)));
        TVector sum = Fill(0.1980960224e-3f);
        sum = MultiplyAdd(sum, rest.High, Fill(0.1394256484e-2f));
        sum = MultiplyAdd(sum, rest.High, Fill(0.8333456703e-2f));
        sum = MultiplyAdd(sum, rest.High, Fill(0.4166637361e-1f));
        (TVector High, TVector Low) total = Add(Multiply(rest, sum), Fill(0.166666659414234244790680580464f));
        total = Add(Multiply(rest, total), Fill(0.5f));
        total = Add(rest, Multiply(Square(rest), total));
        TVector whole = Add(Fill(1), total.High), power = TLanes.PowerOfTwo(exponent);
        return (Multiply(whole, power), Multiply(Add(Add(Subtract(Fill(1), whole), total.High), total.Low), power));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Add((TVector High, TVector Low) x, TVector y)
    {
        TVector sum = Add(x.High, y), part = Subtract(sum, x.High);
        return (sum, Add(Add(Subtract(x.High, Subtract(sum, part)), Subtract(y, part)), x.Low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Add((TVector High, TVector Low) x, (TVector High, TVector Low) y)
    {
        TVector sum = Add(x.High, y.High), part = Subtract(sum, x.High);
        return (sum, Add(Add(Subtract(x.High, Subtract(sum, part)), Subtract(y.High, part)), Add(x.Low, y.Low)));
    }

    /// <summary>x + y where y is not larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) AddSmaller((TVector High, TVector Low) x, (TVector High, TVector Low) y)
    {
        TVector sum = Add(x.High, y.High);
        return (sum, Add(Add(Add(Subtract(x.High, sum), y.High), x.Low), y.Low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Multiply((TVector High, TVector Low) x, TVector y)
    {
        TVector product = Multiply(x.High, y);
        return (product, MultiplyAdd(x.Low, y, MultiplyAdd(x.High, y, Negate(product))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Multiply((TVector High, TVector Low) x, (TVector High, TVector Low) y)
    {
        TVector product = Multiply(x.High, y.High), rest = MultiplyAdd(x.High, y.High, Negate(product));
        return (product, MultiplyAdd(x.High, y.Low, MultiplyAdd(x.Low, y.High, rest)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Square((TVector High, TVector Low) x)
    {
        TVector product = Multiply(x.High, x.High);
        return (product, MultiplyAdd(Add(x.High, x.High), x.Low, MultiplyAdd(x.High, x.High, Negate(product))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Inverse((TVector High, TVector Low) x)
    {
        TVector inverse = TLanes.Divide(Fill(1), x.High);
        return (inverse, Multiply(inverse, MultiplyAdd(Negate(x.Low), inverse, MultiplyAdd(Negate(x.High), inverse, Fill(1)))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector High, TVector Low) Divide((TVector High, TVector Low) x, (TVector High, TVector Low) y)
    {
        TVector inverse = TLanes.Divide(Fill(1), y.High), quotient = Multiply(x.High, inverse);
        TVector rest = MultiplyAdd(inverse, x.High, Negate(quotient));
        TVector missing = MultiplyAdd(Negate(y.Low), inverse, MultiplyAdd(Negate(y.High), inverse, Fill(1)));
        return (quotient, MultiplyAdd(quotient, missing, MultiplyAdd(x.Low, inverse, rest)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fill(float value) => TLanes.Fill(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Negate(TVector value) => TLanes.Subtract(TLanes.Fill(-0f), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(TVector x, TVector y) => TLanes.Add(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Subtract(TVector x, TVector y) => TLanes.Subtract(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Multiply(TVector x, TVector y) => TLanes.Multiply(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MultiplyAdd(TVector x, TVector y, TVector addend) => TLanes.MultiplyAdd(x, y, addend);
}
