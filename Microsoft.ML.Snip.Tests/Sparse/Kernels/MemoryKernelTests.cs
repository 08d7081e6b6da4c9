using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Copying, clearing, finishing and transposing of any number of floats, and what lies behind the end.</summary>
[TestClass]
public class MemoryKernelTests
{
    private const int Largest = 70;

    [TestMethod]
    public void RunsOfAnyLengthAreCopiedAndFinished() => VectorChecks.RunAll<RunsOfAnyLength>();

    [TestMethod]
    public unsafe void ImagesAreInterleavedAndParted()
    {
        var random = new Random(11);
        for (int round = 0; round < 400; round++)
        {
            int count = random.Next(1, Largest), stride = count + random.Next(9), images = random.Next(1, Largest);
            int lanes = images + (random.Next(2) * random.Next(17));
            float[] pixels = VectorChecks.WholeNumbers(images * stride, random);
            float[] mixed = new float[count * lanes], parted = new float[images * count];
            fixed (float* x = pixels, y = mixed, z = parted)
            {
                Interleave.FromImages(x, y, count, stride, images, lanes);
                Interleave.ToImages(y, z, count, images, lanes);
            }

            string what = $"{count} numbers of {images} images, {stride} apart, in {lanes} lanes";
            for (int i = 0; i < count; i++)
            {
                for (int p = 0; p < lanes; p++)
                {
                    float expected = p < images ? pixels[(p * stride) + i] : 0;
                    Assert.AreEqual(expected, mixed[(i * lanes) + p], $"{what}: number {i} of image {p}");
                }

                for (int p = 0; p < images; p++)
                {
                    Assert.AreEqual(pixels[(p * stride) + i], parted[(p * count) + i], $"{what}, parted: number {i} of image {p}");
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
            float* destination = stackalloc float[Largest + 16];
            float[] numbers = VectorChecks.WholeNumbers(Largest + 16, random), residuals = VectorChecks.WholeNumbers(Largest + 16, random);
            fixed (float* source = numbers, residual = residuals)
            {
                for (int count = 0; count < Largest; count++)
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

            void Reset() => new Span<float>(destination, Largest + 16).Fill(Untouched);

            void Check(int count, Func<int, float> expected, string what)
            {
                for (int i = 0; i < Largest + 16; i++)
                {
                    Assert.AreEqual(i < count ? expected(i) : Untouched, destination[i], $"{what}: number {i}");
                }
            }
        }
    }
}
