using Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Operators.Recurrent;

/// <summary>Both cells on every kind of vector against their formulas in float64, for gates open, shut and far beyond.</summary>
[TestClass]
public class CellTests
{
    private const int Length = 96;

    [TestMethod]
    public void TheGruIsItsFormula() => VectorChecks.RunAll<Gru>();

    [TestMethod]
    public void TheLstmIsItsFormula() => VectorChecks.RunAll<Lstm>();

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Numbers of all sizes from a thousandth to a hundred.</summary>
    private static AlignedArray<float> Draw(int count, double max, Random random) => new(
        [
            .. Enumerable.Range(0, count).Select(_ =>
                (float)((random.Next(2) == 0 ? -1 : 1) * Math.Pow(10, (random.NextDouble() * (3 + Math.Log10(max))) - 3))),
        ]);

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.AreEqual(expected, actual, 2e-6 * Math.Max(1, Math.Abs(expected)), what);

    private sealed class Gru : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(13);
            AlignedArray<float> input = Draw(3 * Length, 100, random), state = Draw(3 * Length, 100, random);
            AlignedArray<float> last = Draw(Length, 1, random), output = new(Length);
            GruCell.Run<TSimd, TVector>(input.Pointer, state.Pointer, last.Pointer, null, output.Pointer, Length);
            for (int i = 0; i < Length; i++)
            {
                double Sum(int gate) => (double)input.Span[(gate * Length) + i] + state.Span[(gate * Length) + i];
                double update = Sigmoid(Sum(1));
                double fresh = Math.Tanh(input.Span[(2 * Length) + i] + (Sigmoid(Sum(0)) * state.Span[(2 * Length) + i]));
                AssertClose(((1 - update) * fresh) + (update * last.Span[i]), output.Span[i], $"{typeof(TSimd).Name}, element {i}");
            }
        }
    }

    private sealed class Lstm : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(14);
            AlignedArray<float> input = Draw(4 * Length, 100, random), state = Draw(4 * Length, 100, random);
            AlignedArray<float> memory = Draw(Length, 20, random), output = new(Length);
            float[] before = memory.Span.ToArray();
            LstmCell.Run<TSimd, TVector>(input.Pointer, state.Pointer, null, memory.Pointer, output.Pointer, Length);
            for (int i = 0; i < Length; i++)
            {
                double Sum(int gate) => (double)input.Span[(gate * Length) + i] + state.Span[(gate * Length) + i];
                double cell = (Sigmoid(Sum(1)) * before[i]) + (Sigmoid(Sum(0)) * Math.Tanh(Sum(2)));
                AssertClose(cell, memory.Span[i], $"{typeof(TSimd).Name}, memory {i}");
                AssertClose(Sigmoid(Sum(3)) * Math.Tanh(cell), output.Span[i], $"{typeof(TSimd).Name}, element {i}");
            }
        }
    }
}
