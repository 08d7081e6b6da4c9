namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// ResNet-20 for small images (He et al. 2016, section 4.2): a 3x3 convolution with 16 filters; three groups of three blocks with 16, 32
/// and 64 filters, where the second and third group halve the map; global average pooling; one linear layer. A block is convolution, batch
/// norm, ReLU, convolution, batch norm; then the input is added and a ReLU applied. If the number of channels changes, a 1x1 convolution of
/// the input with batch norm is added instead (the paper's option B). Convolutions have no biases.
/// </summary>
internal static class ResNet20
{
    private const int BlocksInGroup = 3;

    public static NetworkDefinition Build(ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build("ResNet20", inputShape)
            .Conv2d(16, kernel: 3, padding: 1, bias: false)
            .BatchNorm()
            .ReLU();
        for (int group = 0; group < 3; group++)
        {
            for (int block = 0; block < BlocksInGroup; block++)
            {
                AppendBlock(builder, 16 << group, halves: group > 0 && block == 0);
            }
        }

        return builder.GlobalAveragePool().Linear(classCount).ToDefinition();
    }

    private static void AppendBlock(NetworkBuilder builder, int filters, bool halves)
    {
        int stride = halves ? 2 : 1;
        string input = builder.Current;
        string shortcut = halves ? builder.Conv2d(filters, kernel: 1, stride, bias: false).BatchNorm().Current : input;
        builder.From(input)
            .Conv2d(filters, kernel: 3, stride, padding: 1, bias: false).BatchNorm().ReLU()
            .Conv2d(filters, kernel: 3, padding: 1, bias: false).BatchNorm()
            .Add(shortcut).ReLU();
    }
}
