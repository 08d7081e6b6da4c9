namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// A small MobileNetV2 (Sandler et al. 2018, table 2) for images of 28 to 64 pixels: a 3x3 convolution with 16 filters, inverted residual
/// blocks that halve the map three times, a 1x1 convolution with 192 filters, global average pooling and one linear layer. For images with
/// sides of 48 and more the first convolution has stride 2. A block expands its input with a 1x1 convolution, applies a 3x3 depthwise
/// convolution, and projects the result with a 1x1 convolution without an activation; if input and output have the same shape, the input is
/// added. Convolutions have no biases; each is followed by batch norm, and by ReLU6 except for the projection.
/// </summary>
internal static class MobileNetV2S
{
    private const int StemFilters = 16, HeadFilters = 192;
    private const int MinSideToHalveFirst = 48;

    /// <summary>
    /// For each stage the expansion factor, the number of filters, the number of blocks, and the stride of the first block.
    /// </summary>
    private static readonly (int Expansion, int Filters, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (4, 24, 2, 2), (4, 32, 2, 2), (4, 64, 2, 2), (4, 96, 1, 1)];

    public static NetworkDefinition Build(ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build("MobileNetV2S", inputShape);
        int stride = Math.Min(inputShape.Height, inputShape.Width) >= MinSideToHalveFirst ? 2 : 1;
        builder.Conv2d(StemFilters, kernel: 3, stride, padding: 1, bias: false).BatchNorm().ReLU6();
        int channels = StemFilters;
        foreach ((int expansion, int filters, int blocks, int firstStride) in Stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                AppendBlock(builder, channels, expansion * channels, filters, block == 0 ? firstStride : 1);
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
