namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>Chooses the architecture for <see cref="NetworkArchitecture.Auto"/>, by the rule that is documented there.</summary>
internal static class AutoArchitecture
{
    private const int MinSideForConvolutions = 8;
    private const int MinSideForResNet20 = 32, MaxSideForResNet20 = 64;
    private const int MinImagesForResNet20 = 20_000;

    public static NetworkArchitecture Choose(ImageShape shape, int imageCount)
    {
        int shorter = Math.Min(shape.Height, shape.Width), longer = Math.Max(shape.Height, shape.Width);
        if (shorter < MinSideForConvolutions)
        {
            return NetworkArchitecture.LeNet300;
        }

        return shape.Channels > 1 && shorter >= MinSideForResNet20 && longer <= MaxSideForResNet20 && imageCount >= MinImagesForResNet20
            ? NetworkArchitecture.ResNet20
            : NetworkArchitecture.SmallCnn;
    }
}
