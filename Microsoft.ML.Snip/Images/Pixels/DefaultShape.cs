namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>The size to which images are resized if nobody has said one: the first image's, within what small networks take.</summary>
internal static class DefaultShape
{
    private const int LongestSide = 64;

    /// <summary>What pooling layers can halve three times.</summary>
    private const int Multiple = 8;

    /// <param name="width">The first image's width.</param>
    /// <param name="height">Its height.</param>
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
