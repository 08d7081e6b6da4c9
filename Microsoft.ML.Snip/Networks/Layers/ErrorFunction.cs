namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The error function in double precision, which .NET does not have.</summary>
internal static class ErrorFunction
{
    /// <summary>From this value on the function is 1 within the precision of a double.</summary>
    private const double Saturated = 6;

    /// <summary>
    /// erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum over n from 0 of 2^n x^(2 n + 1) / (1 * 3 * ... * (2 n + 1)) (Abramowitz and Stegun, 7.1.6),
    /// whose terms all have the same sign, so that no precision is lost in their sum.
    /// </summary>
    public static double Of(double x)
    {
        if (Math.Abs(x) >= Saturated)
        {
            return Math.Sign(x);
        }

        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
