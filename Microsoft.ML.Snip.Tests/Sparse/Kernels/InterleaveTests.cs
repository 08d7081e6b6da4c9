using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Transposing of any number of images, between one behind the other and side by side.</summary>
[TestClass]
public class InterleaveTests
{
    private const int Largest = 70;

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
}
