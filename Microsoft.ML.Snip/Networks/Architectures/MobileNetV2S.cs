namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// MobileNetV2 (Sandler et al. 2018, table 2), smaller and for images of 28 to 64 pixels: a 3x3 convolution of 16 filters, inverted
/// residual blocks that halve the map three times, a 1x1 convolution of 192 filters, the mean of each channel and one linear layer. Images
/// with sides from 48 are halved by the first convolution too. A block widens its input by a 1x1 convolution, filters each channel by
/// itself with a 3x3 convolution, and narrows the result by a 1x1 convolution without a function behind it; where input and output have one
/// shape, the input is added. Convolutions have no biases; each is followed by batch norm, and by ReLU6 but for the narrowing one.
/// </summary>
internal static class MobileNetV2S
{
    private const int StemFilters = 16, HeadFilters = 192;
    private const int MinSideToHalveFirst = 48;

    /// <summary>Widening, filters, number of blocks, stride of the first of them.</summary>
    private static readonly (int Widening, int Filters, int Blocks, int Stride)[] Stages = [(1, 16, 1, 1), (4, 24, 2, 2), (4, 32, 2, 2), (4, 64, 2, 2), (4, 96, 1, 1)];

    public static NetworkDefinition Build(ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build("MobileNetV2S", inputShape);
        int stride = Math.Min(inputShape.Height, inputShape.Width) >= MinSideToHalveFirst ? 2 : 1;
        builder.Conv2d(StemFilters, kernel: 3, stride, padding: 1, bias: false).BatchNorm().ReLU6();
        int channels = StemFilters;
        foreach ((int widening, int filters, int blocks, int firstStride) in Stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                AppendBlock(builder, channels, widening * channels, filters, block == 0 ? firstStride : 1);
                channels = filters;
            }
        }

        return builder.Conv2d(HeadFilters, kernel: 1, bias: false)
            .BatchNorm()
            .ReLU6()
            .GlobalAveragePool()
            .Linear(classCount)
            .ToDefinition();
    }

    private static void AppendBlock(NetworkBuilder builder, int channels, int wide, int filters, int stride)
    {
        string input = builder.Current;
        if (wide > channels)
        {
            builder.Conv2d(wide, kernel: 1, bias: false).BatchNorm().ReLU6();
        }

        builder.Conv2d(wide, kernel: 3, stride, padding: 1, bias: false, groups: wide).BatchNorm().ReLU6()
            .Conv2d(filters, kernel: 1, bias: false).BatchNorm();
        if (stride == 1 && channels == filters)
        {
            builder.Add(input);
        }
    }
}
