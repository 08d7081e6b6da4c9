namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>What <see cref="NetworkArchitecture.Auto"/> stands for; the rule is written down there.</summary>
internal static class AutoArchitecture
{
    private const int LeastSideForConvolutions = 8;
    private const int LeastSideForResNet20 = 32, MostSideForResNet20 = 64;
    private const int LeastPicturesForResNet20 = 20_000;

    public static NetworkArchitecture Choose(ImageShape shape, int pictureCount)
    {
        int shorter = Math.Min(shape.Height, shape.Width), longer = Math.Max(shape.Height, shape.Width);
        if (shorter < LeastSideForConvolutions)
        {
            return NetworkArchitecture.LeNet300;
        }

        return shape.Channels > 1 && shorter >= LeastSideForResNet20 && longer <= MostSideForResNet20 && pictureCount >= LeastPicturesForResNet20
            ? NetworkArchitecture.ResNet20
            : NetworkArchitecture.Compact;
    }
}
