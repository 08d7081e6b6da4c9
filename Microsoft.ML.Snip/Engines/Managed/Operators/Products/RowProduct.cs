using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Products;

/// <summary>
/// Kept weights, row by row, times images side by side: y[r, p] = max(floor, start[r, p] + sum of weight * x[column, p]), where start is
/// the row's bias, or what y holds if there is none. It holds the pattern of the weights; the weights are passed in.
/// </summary>
internal sealed unsafe class RowProduct<TSimd, TVector>(SparseRows rows)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public SparseRows Rows => rows;

    /// <param name="x">The inputs.</param>
    /// <param name="weights">The weight of each slot.</param>
    /// <param name="bias">One number for each row, or null.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="lanes">The number of images side by side, a multiple of the vector's width.</param>
    /// <param name="floor">0 for a rectifier, negative infinity for none.</param>
    public void Run(float* x, float* weights, float* bias, float* y, int lanes, float floor)
    {
        var arguments = new TileArguments
        {
            ElementBytes = (nint)lanes * sizeof(float),
            Rows = rows.Rows.Pointer,
            RowCount = (int)rows.Rows.Length,
            Elements = rows.Elements.Pointer,
            Weights = weights,
            Bias = bias,
            DestinationStride = lanes,
            Floor = floor,
        };
        (arguments.Run1, arguments.Run2, arguments.Run3) = TileKernels<TSimd, TVector>.ContiguousRuns;
        for (int left = lanes / TSimd.Width; left > 0;)
        {
            int vectors = TileKernels<TSimd, TVector>.FitBelow(left);
            arguments.Source = (byte*)x;
            arguments.Destination = y;
            TileKernels<TSimd, TVector>.Run(vectors, &arguments);
            left -= vectors;
            x += vectors * TSimd.Width;
            y += vectors * TSimd.Width;
        }
    }

    /// <summary>Adds the gradients of the weights: gradient[slot] += sum over p of g[row, p] * x[column, p].</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="outputGradients">The gradients of the outputs, g.</param>
    /// <param name="gradients">One number for each slot, and room for a vector behind them.</param>
    /// <param name="lanes">The number of images side by side, a multiple of the vector's width.</param>
    public void AddWeightGradients(float* x, float* outputGradients, float* gradients, int lanes)
    {
        var arguments = new GradientArguments
        {
            ElementBytes = (nint)lanes * sizeof(float),
            Rows = rows.Rows.Pointer,
            RowCount = (int)rows.Rows.Length,
            Elements = rows.Elements.Pointer,
            OutputStride = lanes,
            Gradients = gradients,
        };
        (arguments.Run1, arguments.Run2, arguments.Run3) = TileKernels<TSimd, TVector>.ContiguousRuns;
        for (int left = lanes / TSimd.Width; left > 0;)
        {
            int vectors = Math.Min(TileKernels<TSimd, TVector>.LargestGradient, TileKernels<TSimd, TVector>.FitBelow(left));
            arguments.Source = (byte*)x;
            arguments.OutputGradients = outputGradients;
            TileKernels<TSimd, TVector>.AddWeightGradients(vectors, &arguments);
            left -= vectors;
            x += vectors * TSimd.Width;
            outputGradients += vectors * TSimd.Width;
        }
    }
}
