using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Copying, clearing, finishing and transposing of any number of floats, and what lies behind the end.</summary>
[TestClass]
public class MemoryKernelTests
{
    private const int Most = 70;

    [TestMethod]
    public void RunsOfAnyLengthAreCopiedAndFinished() => VectorChecks.RunAll<RunsOfAnyLength>();

    [TestMethod]
    public unsafe void PicturesAreInterleavedAndParted()
    {
        var random = new Random(11);
        for (int round = 0; round < 400; round++)
        {
            int count = random.Next(1, Most), stride = count + random.Next(9), pictures = random.Next(1, Most);
            int lanes = pictures + (random.Next(2) * random.Next(17));
            float[] pixels = VectorChecks.WholeNumbers(pictures * stride, random);
            float[] mixed = new float[count * lanes], parted = new float[pictures * count];
            fixed (float* x = pixels, y = mixed, z = parted)
            {
                Interleave.FromPictures(x, y, count, stride, pictures, lanes);
                Interleave.ToPictures(y, z, count, pictures, lanes);
            }

            string what = $"{count} numbers of {pictures} pictures, {stride} apart, in {lanes} lanes";
            for (int i = 0; i < count; i++)
            {
                for (int p = 0; p < lanes; p++)
                {
                    float expected = p < pictures ? pixels[(p * stride) + i] : 0;
                    Assert.AreEqual(expected, mixed[(i * lanes) + p], $"{what}: number {i} of picture {p}");
                }

                for (int p = 0; p < pictures; p++)
                {
                    Assert.AreEqual(pixels[(p * stride) + i], parted[(p * count) + i], $"{what}, parted: number {i} of picture {p}");
                }
            }
        }
    }

    private sealed class RunsOfAnyLength : IVectorCheck
    {
        private const float Untouched = 1234;

        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(12);
            float* destination = stackalloc float[Most + 16];
            float[] numbers = VectorChecks.WholeNumbers(Most + 16, random), residuals = VectorChecks.WholeNumbers(Most + 16, random);
            fixed (float* source = numbers, residual = residuals)
            {
                for (int count = 0; count < Most; count++)
                {
                    int width = TSimd.Width, written = (count + width - 1) / width * width;
                    string what = $"{typeof(TSimd).Name}, {count} numbers";
                    Reset();
                    Runs<TSimd, TVector>.CopyExactly(source, destination, count);
                    Check(count, i => numbers[i], $"{what} copied exactly");
                    Reset();
                    Runs<TSimd, TVector>.Copy(source, destination, count);
                    Check(written, i => numbers[i], $"{what} copied");
                    Reset();
                    Runs<TSimd, TVector>.Clear(destination, count);
                    Check(written, _ => 0, $"{what} cleared");
                    Reset();
                    Runs<TSimd, TVector>.Finish(source, null, 0, destination, count);
                    Check(count, i => Math.Max(0, numbers[i]), $"{what} rectified");
                    Reset();
                    Runs<TSimd, TVector>.Finish(source, residual, float.NegativeInfinity, destination, count);
                    Check(count, i => numbers[i] + residuals[i], $"{what} with a residual");
                    Reset();
                    Runs<TSimd, TVector>.Finish(source, residual, 0, destination, count);
                    Check(count, i => Math.Max(0, numbers[i] + residuals[i]), $"{what} with a residual, rectified");
                }
            }

            void Reset() => new Span<float>(destination, Most + 16).Fill(Untouched);

            void Check(int count, Func<int, float> expected, string what)
            {
                for (int i = 0; i < Most + 16; i++)
                {
                    Assert.AreEqual(i < count ? expected(i) : Untouched, destination[i], $"{what}: number {i}");
                }
            }
        }
    }
}
