using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

[TestClass]
public unsafe class ByteInterleaveTests
{
    private const float Untouched = -7;

    [TestMethod]
    [DataRow(0, 37, 48)]
    [DataRow(4, 20, 16)]
    [DataRow(32, 5, 64)]
    public void ValuesAreTransposedAndNormalised(int first, int count, int lanes)
    {
        Check<SimdScalar, float>(first, count, lanes);
        Check<SimdScalar, float>(first, count, lanes: 3);
        Check<Simd128, Vector128<float>>(first, count, lanes);
        Check<Simd128, Vector128<float>>(first, count, lanes: 20);
        Check<Simd256, Vector256<float>>(first, count, lanes);
        Check<Simd256, Vector256<float>>(first, count, lanes: 24);
        Check<Simd512, Vector512<float>>(first, count, lanes);
    }

    private static void Check<TSimd, TVector>(int first, int count, int lanes)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        const int Length = 37, Stride = Length + ByteTranspose.Side;
        var random = new Random(lanes);
        var images = new AlignedArray<byte>((long)(lanes + ByteTranspose.Side) * Stride);
        random.NextBytes(images.Span);
        var means = new AlignedArray<float>([.. Enumerable.Range(0, Length).Select(_ => 200 * random.NextSingle())]);
        var scales = new AlignedArray<float>([.. Enumerable.Range(0, Length).Select(_ => random.NextSingle())]);
        var results = new AlignedArray<float>(Length * lanes);
        results.Span.Fill(Untouched);
        ByteInterleave<TSimd, TVector>.Run(
            images.Pointer, Stride, results.Pointer, lanes, first, count, means.Pointer, scales.Pointer);
        for (int i = 0; i < Length; i++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                float expected = i < first || i >= first + count
                    ? Untouched
                    : (images.Span[(lane * Stride) + i] - means.Span[i]) * scales.Span[i];
                Assert.AreEqual(expected, results.Span[(i * lanes) + lane], $"value {i} of image {lane}");
            }
        }
    }
}
