using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

[TestClass]
public class SoftmaxTests
{
    /// <summary>Beyond 88 an exponential is no float any more: the largest logit is taken off first.</summary>
    [TestMethod]
    public void LargeLogitsGiveProbabilities() => VectorChecks.RunAll<LargeLogits>();

    private sealed class LargeLogits : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            float[][] images = [[200, 190, 205], [-300, -290, -310], [1e30f, 0, -1e30f], [0, 200, 190], [3, 1, 2]];
            foreach (int lanes in new[] { 1, TSimd.Width })
            {
                for (int first = 0; first < images.Length; first++)
                {
                    var values = new float[3 * lanes];
                    for (int at = 0; at < values.Length; at++)
                    {
                        values[at] = images[(first + (at % lanes)) % images.Length][at / lanes];
                    }

                    fixed (float* x = values)
                    {
                        Softmax<TSimd, TVector>.Run(x, classes: 3, lanes);
                    }

                    for (int at = 0; at < values.Length; at++)
                    {
                        float[] image = images[(first + (at % lanes)) % images.Length];
                        double expected = 1 / image.Sum(logit => Math.Exp((double)logit - image[at / lanes]));
                        Assert.AreEqual(expected, values[at], 1e-6, $"class {at / lanes} of {string.Join(", ", image)} in {lanes} lanes");
                    }
                }
            }
        }
    }
}
