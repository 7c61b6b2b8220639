namespace QuantPS.Engine.Kernels;

/// <summary>The error function, to the precision of a double but for some units in the last place.</summary>
internal static class ErrorFunction
{
    /// <summary>erf(x): 2 / sqrt(pi) exp(-x x) times the sum of 2^n x^(2n + 1) / (1 * 3 * ... * (2n + 1)), whose terms have one sign.</summary>
    public static double Erf(double x)
    {
        // Beyond 6, the result is 1 or -1.
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
