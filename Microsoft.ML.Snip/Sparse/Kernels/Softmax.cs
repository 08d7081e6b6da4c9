using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Logits to probabilities, in place: y[c] = exp(x[c] - max) / sum over all classes k of exp(x[k] - max).</summary>
internal static unsafe class Softmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Lanes are images; with one lane, the classes of one image lie behind each other.</summary>
    public static void Run(float* values, int classes, int lanes)
    {
        if (lanes == 1)
        {
            Single(values, classes);
            return;
        }

        for (int lane = 0; lane < lanes; lane += TSimd.Width)
        {
            float* first = values + lane;
            TVector largest = TSimd.Load(first), sum = TSimd.Zero;
            for (int c = 1; c < classes; c++)
            {
                largest = TSimd.Max(largest, TSimd.Load(first + ((long)c * lanes)));
            }

            for (int c = 0; c < classes; c++)
            {
                TVector power = Exponential<TSimd, TVector>.Of(TSimd.Subtract(TSimd.Load(first + ((long)c * lanes)), largest));
                TSimd.Store(power, first + ((long)c * lanes));
                sum = TSimd.Add(sum, power);
            }

            TVector factor = TSimd.Divide(TSimd.Broadcast(1), sum);
            for (int c = 0; c < classes; c++)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(first + ((long)c * lanes)), factor), first + ((long)c * lanes));
            }
        }
    }

    private static void Single(float* values, int classes)
    {
        float largest = values[0], sum = 0;
        for (int c = 1; c < classes; c++)
        {
            largest = MathF.Max(largest, values[c]);
        }

        for (int c = 0; c < classes; c++)
        {
            values[c] = MathF.Exp(values[c] - largest);
            sum += values[c];
        }

        for (int c = 0; c < classes; c++)
        {
            values[c] /= sum;
        }
    }
}
