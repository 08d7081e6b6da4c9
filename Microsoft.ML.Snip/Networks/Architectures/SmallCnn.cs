namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// A small convolutional network for images of 8x8 and larger, suited to training on a CPU: 3x3 convolutions with 16, 32, 64 and 128
/// filters with batch norm and ReLU, the first three followed by 2x2 max pooling; then global average pooling and one linear layer. Most of
/// its weights are in layers with small maps, so they cost little. Images of 64x64 and larger are first reduced by average pooling so that
/// the shorter side has 32 to 63 pixels.
/// </summary>
internal static class SmallCnn
{
    private const int ReducedSide = 32;

    public static NetworkDefinition Build(ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build("SmallCnn", inputShape);
        int reduction = Math.Min(inputShape.Height, inputShape.Width) / ReducedSide;
        if (reduction > 1)
        {
            builder.AvgPool(reduction, name: "reduce");
        }

        foreach (int filters in (int[])[16, 32, 64])
        {
            builder.Conv2d(filters, kernel: 3, padding: 1, bias: false).BatchNorm().ReLU().MaxPool(2);
        }

        return builder.Conv2d(128, kernel: 3, padding: 1, bias: false)
            .BatchNorm()
            .ReLU()
            .GlobalAveragePool()
            .Linear(classCount)
            .ToDefinition();
    }
}
