namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Computes the output size of windows that slide over a map.</summary>
internal static class Sliding
{
    /// <summary>The maximum size of a window, stride or padding.</summary>
    public const int Largest = 1 << 16;

    private const double OperationsOfWindow = 4;

    /// <summary>floor((size + padding before + padding after - window) / stride) + 1 in each direction.</summary>
    public static TensorShape InferMap(
        Layer layer, TensorShape input, int channels, int height, int width, int stride, Padding padding)
    {
        if (padding.Top < 0 || padding.Bottom < 0 || padding.Left < 0 || padding.Right < 0
            || Math.Max(Math.Max(padding.Top, padding.Bottom), Math.Max(padding.Left, padding.Right)) > Largest
            || height > Largest || width > Largest || stride > Largest)
        {
            throw new ArgumentException(
                $"Layer '{layer.Name}' ({layer.GetType().Name}) needs window, stride and padding between 0 and {Largest}.");
        }

        long spaceDown = (long)input.Height + padding.Top + padding.Bottom - height;
        long spaceAcross = (long)input.Width + padding.Left + padding.Right - width;
        if (spaceDown < 0 || spaceAcross < 0)
        {
            throw new ArgumentException(
                $"Layer '{layer.Name}' ({layer.GetType().Name}) has a window of {height}x{width}, but its input is a {input}, which is too "
                + "small; use larger images (ImageShape) or fewer layers that reduce the map.");
        }

        long outHeight = (spaceDown / stride) + 1, outWidth = (spaceAcross / stride) + 1;
        if (Math.Max(outHeight, outWidth) > int.MaxValue)
        {
            throw new ArgumentException(
                $"Layer '{layer.Name}' ({layer.GetType().Name}) would give maps of {outHeight}x{outWidth}; the maximum size is "
                + $"{int.MaxValue}.");
        }

        return TensorShape.Map(channels, (int)outHeight, (int)outWidth);
    }

    /// <summary>The number of operations of a pooling: for each window one for each of its values, and a few to start it.</summary>
    public static double CountPooling(TensorShape output, int size) => output.Count * (OperationsOfWindow + ((double)size * size));
}
