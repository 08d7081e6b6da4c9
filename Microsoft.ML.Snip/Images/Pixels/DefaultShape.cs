namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// The size to which images are resized if none is specified: the first image's size, reduced to what small networks take.
/// </summary>
internal static class DefaultShape
{
    private const int LongestSide = 64;

    /// <summary>Sides are multiples of 8, so that pooling layers can halve them three times.</summary>
    private const int Multiple = 8;

    /// <param name="width">The first image's width.</param>
    /// <param name="height">The first image's height.</param>
    public static ImageShape For(int width, int height)
    {
        int longer = Math.Max(width, height);
        return longer <= LongestSide
            ? new ImageShape(3, height, width)
            : new ImageShape(3, Shrink(height, longer), Shrink(width, longer));
    }

    private static int Shrink(int side, int longer) =>
        Math.Max(Multiple, Multiple * (int)Math.Round((double)side * LongestSide / longer / Multiple, MidpointRounding.AwayFromZero));
}
