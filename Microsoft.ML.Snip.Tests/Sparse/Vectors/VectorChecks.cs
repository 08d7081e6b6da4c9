using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Vectors;

/// <summary>Something that must hold for vectors of every width.</summary>
internal interface IVectorCheck
{
    static abstract void Run<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>Runs a check on each kind of vector; those that the machine lacks are done by the runtime in pieces.</summary>
internal static class VectorChecks
{
    public static void RunAll<TCheck>()
        where TCheck : IVectorCheck
    {
        TCheck.Run<SimdScalar, float>();
        TCheck.Run<Simd128, Vector128<float>>();
        TCheck.Run<Simd256, Vector256<float>>();
        TCheck.Run<Simd512, Vector512<float>>();
    }

    /// <summary>Whole numbers so small that sums of their products are exact, whatever the order.</summary>
    public static float[] WholeNumbers(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-9, 10))];

    /// <summary>Fails the test unless the numbers are the same.</summary>
    public static void AssertSame(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.AreEqual(expected[index], actual[index], $"{what}: number {index}");
        }
    }
}
