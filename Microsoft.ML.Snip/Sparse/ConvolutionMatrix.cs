using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Sparse;

/// <summary>
/// A convolution as the matrix of a fully connected layer: a row for each output value, a column for each input value. A weight occurs once
/// for each output pixel at which it meets the map, so on a map of few pixels the matrix has few more weights than the convolution, or
/// fewer.
/// </summary>
/// <example>
/// A kernel of 3 x 3 with a padding of 1 on a map of one pixel has one weight left for each channel: that in the middle.
/// </example>
internal static class ConvolutionMatrix
{
    /// <summary>The number of weights that the matrix would have.</summary>
    public static long CountWeights(Conv2d layer, SparsePattern weight, TensorShape input, TensorShape output)
    {
        int taps = layer.KernelHeight * layer.KernelWidth;
        var meetings = new long[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int pixel = 0; pixel < output.Height * output.Width; pixel++)
            {
                meetings[tap] += InputPixel(layer, input, output, tap, pixel) < 0 ? 0 : 1;
            }
        }

        return weight.Column.Sum(column => meetings[column % taps]);
    }

    /// <summary>The matrix.</summary>
    /// <param name="layer">A convolution in one group and without dilation.</param>
    /// <param name="weight">Its kept weights.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="output">The shape of its output.</param>
    public static SparseMatrix Of(Conv2d layer, SparseMatrix weight, TensorShape input, TensorShape output)
    {
        int taps = layer.KernelHeight * layer.KernelWidth, inputPixels = input.Height * input.Width;
        int outputPixels = output.Height * output.Width;
        var rowStart = new List<int> { 0 };
        var columns = new List<int>();
        var values = new List<float>();
        var row = new SortedList<int, float>();
        for (int filter = 0; filter < weight.Rows; filter++)
        {
            for (int pixel = 0; pixel < outputPixels; pixel++)
            {
                row.Clear();
                for (int at = weight.RowStart[filter]; at < weight.RowStart[filter + 1]; at++)
                {
                    (int channel, int tap) = Math.DivRem(weight.Column[at], taps);
                    int inputPixel = InputPixel(layer, input, output, tap, pixel);
                    if (inputPixel >= 0)
                    {
                        row.Add((channel * inputPixels) + inputPixel, weight.Value[at]);
                    }
                }

                columns.AddRange(row.Keys);
                values.AddRange(row.Values);
                rowStart.Add(columns.Count);
            }
        }

        return new SparseMatrix(
            weight.Rows * outputPixels, checked(input.Channels * inputPixels), [.. rowStart], [.. columns], [.. values]);
    }

    /// <summary>The input pixel that a tap meets at an output pixel; negative if it meets padding.</summary>
    private static int InputPixel(Conv2d layer, TensorShape input, TensorShape output, int tap, int pixel)
    {
        int y = (pixel / output.Width * layer.Stride) + (tap / layer.KernelWidth) - layer.Padding.Top;
        int x = (pixel % output.Width * layer.Stride) + (tap % layer.KernelWidth) - layer.Padding.Left;
        return y >= 0 && y < input.Height && x >= 0 && x < input.Width ? (y * input.Width) + x : -1;
    }
}
