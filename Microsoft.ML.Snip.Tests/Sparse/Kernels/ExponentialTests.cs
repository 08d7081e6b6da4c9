using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>The exponential function on each kind of vector, against the runtime's in float64.</summary>
[TestClass]
public class ExponentialTests
{
    [TestMethod]
    public void Scalar() => Check<SimdScalar, float>();

    [TestMethod]
    public void Vectors128() => Check<Simd128, Vector128<float>>();

    [TestMethod]
    public void Vectors256() => Check<Simd256, Vector256<float>>();

    [TestMethod]
    public void Vectors512() => Check<Simd512, Vector512<float>>();

    private static unsafe void Check<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var random = new Random(4);
        float[] numbers =
            [0, -0f, 1e-30f, 88, -87, 1, .. Enumerable.Range(0, 20_000).Select(_ => (float)((random.NextDouble() * 175) - 87))];
        foreach (float number in numbers)
        {
            double expected = Math.Exp(number);
            Assert.AreEqual(expected, Of<TSimd, TVector>(number), 2.5e-7 * expected, $"exp({number})");
        }

        Assert.AreEqual(Of<TSimd, TVector>(88), Of<TSimd, TVector>(float.PositiveInfinity));
        Assert.AreEqual(Of<TSimd, TVector>(-87), Of<TSimd, TVector>(float.NegativeInfinity));
        Assert.AreEqual(float.NaN, Of<TSimd, TVector>(float.NaN), "what is not a number stays so");
    }

    private static unsafe float Of<TSimd, TVector>(float number)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        float* result = stackalloc float[16];
        TSimd.Store(Exponential<TSimd, TVector>.Of(TSimd.Broadcast(number)), result);
        for (int lane = 1; lane < TSimd.Width; lane++)
        {
            Assert.AreEqual(result[0], result[lane]);
        }

        return result[0];
    }
}
