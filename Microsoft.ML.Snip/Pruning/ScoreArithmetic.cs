using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// Sums and quotients over many scores, computed in double. 8 floats at a time are added to 2 x 4 doubles on every machine, so that results
/// do not depend on its vector width. The methods are compiled with full optimisation from the start, because one call may process millions
/// of values.
/// </summary>
internal static class ScoreArithmetic
{
    /// <summary>The sum; NaN if a value is negative, and not finite if a value is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(ReadOnlySpan<float> values)
    {
        Vector256<double> lower = Vector256<double>.Zero;
        Vector256<double> upper = Vector256<double>.Zero;
        Vector256<float> min = Vector256<float>.Zero;
        int at = 0;
        for (; at <= values.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            Vector256<float> eight = Vector256.Create(values.Slice(at, Vector256<float>.Count));
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(eight);
            lower += first;
            upper += second;
            min = Vector256.MinNumber(min, eight);
        }

        double sum = Vector256.Sum(lower + upper);
        bool negative = Vector256.LessThanAny(min, Vector256<float>.Zero);
        for (; at < values.Length; at++)
        {
            sum += values[at];
            negative |= values[at] < 0;
        }

        return negative ? double.NaN : sum;
    }

    /// <inheritdoc cref="Sum(ReadOnlySpan{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        bool negative = false;
        foreach (double value in values)
        {
            sum += value;
            negative |= value < 0;
        }

        return negative ? double.NaN : sum;
    }

    /// <summary>Divides each value; the quotient is computed in double and rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(Span<float> values, double divisor)
    {
        Vector256<double> divisors = Vector256.Create(divisor);
        int at = 0;
        for (; at <= values.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            Span<float> eight = values.Slice(at, Vector256<float>.Count);
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Create<float>(eight));
            Vector256.Narrow(first / divisors, second / divisors).CopyTo(eight);
        }

        for (; at < values.Length; at++)
        {
            values[at] = (float)(values[at] / divisor);
        }
    }

    /// <inheritdoc cref="Divide(Span{float}, double)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(Span<double> values, double divisor)
    {
        foreach (ref double value in values)
        {
            value /= divisor;
        }
    }
}
