using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>A kernel that multiplies a sparse matrix by one vector.</summary>
internal unsafe interface IProduct
{
    static abstract void Run<TSimd, TVector>(SparseMatrix matrix, float[]? bias, float* x, float* y, float floor)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>A product of matrices of many sizes and densities with one vector, against a plain loop.</summary>
internal static class ProductChecks<TProduct>
    where TProduct : IProduct
{
    private static SparseMatrix Draw(int rows, int columns, double density, Random random)
    {
        var rowStart = new int[rows + 1];
        var column = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            for (int at = random.NextDouble() < density ? 0 : Gap(); at < columns; at += 1 + Gap())
            {
                column.Add(at);
            }

            rowStart[row + 1] = column.Count;
        }

        return new SparseMatrix(rows, columns, rowStart, [.. column], VectorChecks.WholeNumbers(column.Count, random));

        int Gap() => density >= 1 ? 0 : (int)Math.Min(columns, Math.Log(1 - random.NextDouble()) / Math.Log(1 - density));
    }

    private static unsafe void Check<TSimd, TVector>(SparseMatrix matrix, float[]? bias, float floor, Random random)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var input = new AlignedArray<float>(matrix.Columns + TSimd.Width);
        VectorChecks.WholeNumbers(matrix.Columns, random).CopyTo(input.Span);
        var expected = new float[matrix.Rows];
        for (int row = 0; row < matrix.Rows; row++)
        {
            float sum = bias?[row] ?? 0;
            for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
            {
                sum += matrix.Value[at] * input.Span[matrix.Column[at]];
            }

            expected[row] = Math.Max(floor, sum);
        }

        string what = $"{typeof(TSimd).Name}, {matrix.Rows} x {matrix.Columns} with {matrix.KeptCount} weights";
        var output = new float[matrix.Rows];
        fixed (float* y = output)
        {
            TProduct.Run<TSimd, TVector>(matrix, bias, input.Pointer, y, floor);
        }

        VectorChecks.AssertSame(expected, output, what);
        GC.KeepAlive(input);
    }

    public sealed class SmallMatrices : IVectorCheck
    {
        public static void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(6);
            double[] densities = [0.005, 0.02, 0.1, 0.5, 1];
            for (int round = 0; round < 200; round++)
            {
                SparseMatrix matrix = Draw(random.Next(1, 50), random.Next(1, 120), densities[round % densities.Length], random);
                float[]? bias = random.Next(3) == 0 ? null : VectorChecks.WholeNumbers(matrix.Rows, random);
                Check<TSimd, TVector>(matrix, bias, random.Next(2) == 0 ? 0 : float.NegativeInfinity, random);
            }
        }
    }

    public sealed class WideMatrices : IVectorCheck
    {
        public static void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(7);
            foreach (int columns in new[] { 65_535, 65_536, 65_537, 70_001, 200_003 })
            {
                float[] bias = VectorChecks.WholeNumbers(18, random);
                Check<TSimd, TVector>(Draw(18, columns, 0.0005, random), bias, float.NegativeInfinity, random);
            }
        }
    }
}
