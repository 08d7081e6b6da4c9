using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Copying, clearing and finishing of any number of floats, and what lies behind the end.</summary>
[TestClass]
public class RunsTests
{
    private const int Largest = 70;

    [TestMethod]
    public void RunsOfAnyLengthAreCopiedAndFinished() => VectorChecks.RunAll<RunsOfAnyLength>();

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
