using System.Collections.Immutable;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Reports;

/// <summary>Counts the kept connections of the first layer for each pixel.</summary>
internal static class RetainedConnectionCounter
{
    /// <summary>The most values an image may have to be counted: the counts are model metadata, whose size is limited.</summary>
    public const int MaxCounts = 3 * 256 * 256;

    /// <summary>
    /// The counts. Null if the first layer with weights does not read the image's own values (for example after pooling), or if the image
    /// is too large. A weight that the mask does not cover counts as kept.
    /// </summary>
    public static RetainedConnections? Count(NetworkDefinition network, PruningMask mask)
    {
        if (network.InputShape.Count > MaxCounts || FindFirstLayer(network) is not { } layer)
        {
            return null;
        }

        NetworkParameter weight = network.Parameters.First(
            parameter => parameter.Layer == layer.Name && parameter.Role == ParameterRole.Weight);
        int[] columns = CountColumns(weight, (layer as Conv2d)?.Groups ?? 1, mask);
        ImageShape shape = network.InputShape;
        ImmutableArray<int> counts = layer switch
        {
            Conv2d conv => SpreadKernel(columns, conv, shape, network.ShapeOf(conv.Name)),
            _ when network.ShapeOf(layer.Input).Kind == TensorKind.Sequence => RepeatRows(columns, shape),
            _ => [.. columns],
        };
        return new RetainedConnections(layer.Name, shape, counts);
    }

    /// <summary>The first layer with weights, if all layers between it and the image leave each value at its position.</summary>
    private static SingleInputLayer? FindFirstLayer(NetworkDefinition network)
    {
        var pixels = new HashSet<string>(StringComparer.Ordinal) { NetworkDefinition.InputName };
        foreach (SingleInputLayer layer in network.Layers.OfType<SingleInputLayer>().Where(layer => pixels.Contains(layer.Input)))
        {
            if (network.ChannelRuleOf(layer) is WeightedChannels or RecurrentChannels)
            {
                return layer;
            }

            // A layer without weights that keeps the number of values also keeps their order. The exception is the layer that turns rows
            // into a sequence; RepeatRows handles its order.
            if (network.ShapeOf(layer.Name).Count == network.ShapeOf(layer.Input).Count && layer is not RegisteredModule)
            {
                pixels.Add(layer.Name);
            }
        }

        return null;
    }

    /// <summary>How many rows of a weight matrix keep a weight in each column. Rows of different groups read different channels.</summary>
    /// <returns>The counts of the first group's columns, then of the second group's, and so on.</returns>
    private static int[] CountColumns(NetworkParameter weight, int groups, PruningMask mask)
    {
        int columns = (int)weight.FanIn, rowsOfGroup = weight.Shape[0] / groups;
        var counts = new int[groups * columns];
        if (!mask.Parameters.Any(parameter => parameter.Name == weight.Name))
        {
            Array.Fill(counts, rowsOfGroup);
            return counts;
        }

        ReadOnlySpan<bool> kept = mask.KeptOf(weight.Name);
        for (int index = 0; index < kept.Length; index++)
        {
            (int row, int column) = Math.DivRem(index, columns);
            counts[(row / rowsOfGroup * columns) + column] += kept[index] ? 1 : 0;
        }

        return counts;
    }

    /// <summary>
    /// A kernel's column (c, u, v) reads pixel (c, i * stride + u * dilation - top, j * stride + v * dilation - left) for each output
    /// position (i, j). Positions in the padding are not counted.
    /// </summary>
    private static ImmutableArray<int> SpreadKernel(int[] columns, Conv2d conv, ImageShape shape, TensorShape output)
    {
        var counts = new int[shape.Count];
        for (int column = 0; column < columns.Length; column++)
        {
            int channel = column / (conv.KernelHeight * conv.KernelWidth);
            int u = column / conv.KernelWidth % conv.KernelHeight * conv.Dilation, v = column % conv.KernelWidth * conv.Dilation;
            for (int i = 0; i < output.Height; i++)
            {
                int y = (i * conv.Stride) + u - conv.Padding.Top;
                for (int j = 0; j < output.Width && (uint)y < (uint)shape.Height; j++)
                {
                    int x = (j * conv.Stride) + v - conv.Padding.Left;
                    if ((uint)x < (uint)shape.Width)
                    {
                        counts[(((channel * shape.Height) + y) * shape.Width) + x] += columns[column];
                    }
                }
            }
        }

        return [.. counts];
    }

    /// <summary>Each step reads one row: its feature (c, x) is the pixel in column x of channel c.</summary>
    private static ImmutableArray<int> RepeatRows(int[] columns, ImageShape shape)
    {
        ImmutableArray<int>.Builder counts = ImmutableArray.CreateBuilder<int>(shape.Count);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int y = 0; y < shape.Height; y++)
            {
                counts.AddRange(columns.AsSpan(channel * shape.Width, shape.Width));
            }
        }

        return counts.MoveToImmutable();
    }
}
