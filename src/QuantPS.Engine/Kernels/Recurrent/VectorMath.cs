using System.Numerics;
using System.Runtime.CompilerServices;
using Pair = (System.Numerics.Vector<float> High, System.Numerics.Vector<float> Low);

namespace QuantPS.Engine.Kernels;

/// <summary>
/// exp, sigmoid and tanh of vectors, as the library SLEEF computes them, at most one unit in the last place off (Shibata and Petrogalli,
/// 2020, "SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions"). libtorch's sigmoid gives the same bits; its tanh
/// differs by that unit in about two of a thousand numbers. Near is not enough: a unit in the last place can make a hidden state another code,
/// which all later steps see.
/// </summary>
/// <remarks>Every operation is rounded alike on every processor, so that all rungs give the same bits.</remarks>
internal static class VectorMath
{
    private const float InverseLn2 = 1.44269504f;
    // ln 2 as a sum whose first part has so few bits that its product with an exponent is exact.
    private const float Ln2High = 0.693145751953125f, Ln2Low = 1.428606765330187045e-06f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        Vector<float> exponent = Vector.Round(x * InverseLn2);
        Vector<float> rest = Vector.FusedMultiplyAdd(exponent, Vector.Create(-Ln2Low), Vector.FusedMultiplyAdd(exponent, Vector.Create(-Ln2High), x));
        Vector<float> sum = Vector.Create(0.000198527617612853646278381f);
        sum = Vector.FusedMultiplyAdd(sum, rest, Vector.Create(0.00139304355252534151077271f));
        sum = Vector.FusedMultiplyAdd(sum, rest, Vector.Create(0.00833336077630519866943359f));
        sum = Vector.FusedMultiplyAdd(sum, rest, Vector.Create(0.0416664853692054748535156f));
        sum = Vector.FusedMultiplyAdd(sum, rest, Vector.Create(0.166666671633720397949219f));
        sum = Vector.FusedMultiplyAdd(sum, rest, Vector.Create(0.5f));
        sum = Vector<float>.One + Vector.FusedMultiplyAdd(rest * rest, sum, rest);
        sum = Scale(sum, Vector.ConvertToInt32(exponent));
        sum = Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(-104f)), Vector<float>.Zero, sum);
        return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector.Create(100f)), Vector.Create(float.PositiveInfinity), sum);
    }

    /// <summary>(e^|x| - e^-|x|) / (e^|x| + e^-|x|) in sums of two floats, with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> magnitude = Vector.Abs(x), sign = x & Vector.Create(-0f);
        Pair up = ExpPair(magnitude), down = Inverse(up);
        Pair ratio = Divide(AddSmaller(up, (-down.High, -down.Low)), AddSmaller(up, down));
        Vector<float> result = ratio.High + ratio.Low;
        // Beyond this it is 1 in float; NaN stays NaN.
        result = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, Vector.Create(8.664339742f)), Vector<float>.One, result);
        return result ^ sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair ExpPair(Vector<float> x)
    {
        Vector<float> exponent = Vector.Round(x * InverseLn2);
        Pair rest = Add(Add((x, Vector<float>.Zero), exponent * -Ln2High), exponent * -Ln2Low);
        Vector<float> sum = Vector.Create(0.1980960224e-3f);
        sum = Vector.FusedMultiplyAdd(sum, rest.High, Vector.Create(0.1394256484e-2f));
        sum = Vector.FusedMultiplyAdd(sum, rest.High, Vector.Create(0.8333456703e-2f));
        sum = Vector.FusedMultiplyAdd(sum, rest.High, Vector.Create(0.4166637361e-1f));
        Pair total = Add(Multiply(rest, sum), Vector.Create(0.166666659414234244790680580464f));
        total = Add(Multiply(rest, total), Vector.Create(0.5f));
        total = Add(rest, Multiply(Square(rest), total));
        Vector<float> whole = Vector<float>.One + total.High;
        total = (whole, Vector<float>.One - whole + total.High + total.Low);
        Vector<int> power = Vector.ConvertToInt32(exponent);
        return (Scale(total.High, power), Scale(total.Low, power));
    }

    /// <summary>x * 2^exponent, in two factors, since one may be out of the range of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Scale(Vector<float> x, Vector<int> exponent)
    {
        Vector<int> half = exponent >> 1;
        return x * Power(half) * Power(exponent - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Power(Vector<int> exponent) => Vector.AsVectorSingle((exponent + Vector.Create(127)) << 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Add(Pair x, Vector<float> y)
    {
        Vector<float> sum = x.High + y, part = sum - x.High;
        return (sum, x.High - (sum - part) + (y - part) + x.Low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Add(Pair x, Pair y)
    {
        Vector<float> sum = x.High + y.High, part = sum - x.High;
        return (sum, x.High - (sum - part) + (y.High - part) + (x.Low + y.Low));
    }

    /// <summary>x + y where y is not larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair AddSmaller(Pair x, Pair y)
    {
        Vector<float> sum = x.High + y.High;
        return (sum, x.High - sum + y.High + x.Low + y.Low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Multiply(Pair x, Vector<float> y)
    {
        Vector<float> product = x.High * y;
        return (product, Vector.FusedMultiplyAdd(x.Low, y, Vector.FusedMultiplyAdd(x.High, y, -product)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Multiply(Pair x, Pair y)
    {
        Vector<float> product = x.High * y.High, rest = Vector.FusedMultiplyAdd(x.High, y.High, -product);
        return (product, Vector.FusedMultiplyAdd(x.High, y.Low, Vector.FusedMultiplyAdd(x.Low, y.High, rest)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Square(Pair x)
    {
        Vector<float> product = x.High * x.High;
        return (product, Vector.FusedMultiplyAdd(x.High + x.High, x.Low, Vector.FusedMultiplyAdd(x.High, x.High, -product)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Inverse(Pair x)
    {
        Vector<float> inverse = Vector<float>.One / x.High;
        return (inverse, inverse * Vector.FusedMultiplyAdd(-x.Low, inverse, Vector.FusedMultiplyAdd(-x.High, inverse, Vector<float>.One)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Divide(Pair x, Pair y)
    {
        Vector<float> inverse = Vector<float>.One / y.High, quotient = x.High * inverse;
        Vector<float> rest = Vector.FusedMultiplyAdd(inverse, x.High, -quotient);
        Vector<float> missing = Vector.FusedMultiplyAdd(-y.Low, inverse, Vector.FusedMultiplyAdd(-y.High, inverse, Vector<float>.One));
        return (quotient, Vector.FusedMultiplyAdd(quotient, missing, Vector.FusedMultiplyAdd(x.Low, inverse, rest)));
    }
}
