using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>The way back through a bias, and through a ReLU behind it, in one pass.</summary>
internal static unsafe class BiasGradients<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// Sets gradients to 0 where the ReLU gave 0, then adds the sum of each row to its bias's gradient.
    /// </summary>
    /// <param name="values">The outputs of the ReLU; null if there is none.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="biases">The gradients of the biases; null if there are none.</param>
    /// <param name="rows">The number of biases.</param>
    /// <param name="length">The numbers of a row, a multiple of the vector's width.</param>
    public static void Add(float* values, float* gradients, float* biases, int rows, long length)
    {
        for (int row = 0; row < rows; row++)
        {
            TVector sum = values == null ? Sum(gradients, length) : Rectify(values, gradients, length);
            if (biases != null)
            {
                biases[row] += TSimd.Sum(sum);
            }

            gradients += length;
            values = values == null ? null : values + length;
        }
    }

    private static TVector Sum(float* gradients, long length)
    {
        TVector sum = TSimd.Zero;
        for (long i = 0; i < length; i += TSimd.Width)
        {
            sum = TSimd.Add(sum, TSimd.Load(gradients + i));
        }

        return sum;
    }

    private static TVector Rectify(float* values, float* gradients, long length)
    {
        TVector sum = TSimd.Zero;
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TVector gradient = TSimd.WherePositive(TSimd.Load(values + i), TSimd.Load(gradients + i));
            TSimd.Store(gradient, gradients + i);
            sum = TSimd.Add(sum, gradient);
        }

        return sum;
    }
}
