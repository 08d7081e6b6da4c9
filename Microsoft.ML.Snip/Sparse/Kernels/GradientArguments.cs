using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// What a kernel of weight gradients computes: for each row r of <see cref="Rows"/> and each of its taps t, gradient[t] += sum over the
/// lanes p of the tile of g[r, p] * x[element(t), p], where g is the gradient of the outputs and x the inputs. Only kept weights have taps.
/// The tile is that of <see cref="TileArguments"/>.
/// </summary>
internal unsafe struct GradientArguments
{
    public byte* Source;

    /// <summary>Bytes from one element of the source to the next.</summary>
    public nint ElementBytes;

    public nint Run1;
    public nint Run2;
    public nint Run3;

    /// <summary>The rows; the taps of all rows follow each other without gaps.</summary>
    public RowTaps* Rows;
    public int RowCount;

    /// <summary>The place of each tap's value in the source.</summary>
    public int* Elements;

    /// <summary>The output gradients of the tile, the vectors of a row one behind the other.</summary>
    public float* OutputGradients;

    /// <summary>Floats from one output's tile to the next one's.</summary>
    public nint OutputStride;

    /// <summary>
    /// One number a tap, from the first row's first tap on; up to a vector of numbers after the last tap is written, unchanged.
    /// </summary>
    public float* Gradients;
}
