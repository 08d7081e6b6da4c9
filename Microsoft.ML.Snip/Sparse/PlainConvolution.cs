using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Sparse;

/// <summary>
/// Groups and dilation are only connections that do not exist: the same convolution without either has a larger weight matrix with as many
/// kept weights. Where nothing but kept weights is stored and multiplied, it costs the same.
/// </summary>
/// <remarks>
/// Example: two groups of one channel, a kernel of 1 x 2 with weights (a, b) and (c, d) and a dilation of 2 become a kernel of 1 x 3 on
/// both channels with the rows (a 0 b, 0 0 0) and (0 0 0, c 0 d).
/// </remarks>
internal static class PlainConvolution
{
    /// <summary>The convolution in one group and without dilation, and its weights.</summary>
    /// <param name="layer">Any convolution.</param>
    /// <param name="weight">Its weights: a row for each filter, a column for each channel of a group and position of the kernel.</param>
    public static (Conv2d Layer, SparseMatrix Weight) Of(Conv2d layer, SparseMatrix weight)
    {
        (Conv2d plain, SparsePattern pattern) = Of(layer, weight.Pattern);
        return (plain, new SparseMatrix(pattern, weight.Value));
    }

    /// <summary>The convolution in one group and without dilation, and its kept weights, numbered as before.</summary>
    /// <param name="layer">Any convolution.</param>
    /// <param name="weight">
    /// Its kept weights: a row for each filter, a column for each channel of a group and position of the kernel.
    /// </param>
    public static (Conv2d Layer, SparsePattern Weight) Of(Conv2d layer, SparsePattern weight)
    {
        if (layer.Groups == 1 && layer.Dilation == 1)
        {
            return (layer, weight);
        }

        int channelsOfGroup = weight.Columns / (layer.KernelHeight * layer.KernelWidth), filtersOfGroup = layer.Filters / layer.Groups;
        Conv2d plain = layer with { KernelHeight = layer.DilatedHeight, KernelWidth = layer.DilatedWidth, Groups = 1, Dilation = 1 };
        var column = new int[weight.KeptCount];
        for (int row = 0; row < weight.Rows; row++)
        {
            int first = row / filtersOfGroup * channelsOfGroup;
            for (int at = weight.RowStart[row]; at < weight.RowStart[row + 1]; at++)
            {
                (int rest, int v) = Math.DivRem(weight.Column[at], layer.KernelWidth);
                (int channel, int u) = Math.DivRem(rest, layer.KernelHeight);
                column[at] = ((((first + channel) * plain.KernelHeight) + (u * layer.Dilation)) * plain.KernelWidth) + (v * layer.Dilation);
            }
        }

        int columns = checked(channelsOfGroup * layer.Groups * plain.KernelHeight * plain.KernelWidth);
        return (plain, new SparsePattern(weight.Rows, columns, weight.RowStart, column));
    }
}
