namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// Wide residual networks WRN-d-k (Zagoruyko and Komodakis 2016): a 3x3 convolution with 16 filters; three groups of (d - 4) / 6 blocks
/// with 16 k, 32 k and 64 k filters, where the second and third group halve the map; batch norm, ReLU, global average pooling, one linear
/// layer. A block is batch norm, ReLU, convolution, batch norm, ReLU, convolution; then the input is added. If the number of channels
/// changes, a 1x1 convolution of the first ReLU's output is added instead. Convolutions have no biases; there is no dropout.
/// </summary>
internal static class WideResNet
{
    public static NetworkDefinition Build(string name, int depth, int widening, ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build(name, inputShape).Conv2d(16, kernel: 3, padding: 1, bias: false);
        int channels = 16;
        for (int group = 0; group < 3; group++)
        {
            int filters = (16 << group) * widening;
            for (int block = 0; block < (depth - 4) / 6; block++)
            {
                AppendBlock(builder, channels, filters, stride: group > 0 && block == 0 ? 2 : 1);
                channels = filters;
            }
        }

        return builder.BatchNorm().ReLU().GlobalAveragePool().Linear(classCount).ToDefinition();
    }

    private static void AppendBlock(NetworkBuilder builder, int channels, int filters, int stride)
    {
        string shortcut = builder.Current;
        string activated = builder.BatchNorm().ReLU().Current;
        if (channels != filters)
        {
            shortcut = builder.Conv2d(filters, kernel: 1, stride, bias: false).Current;
        }

        builder.From(activated)
            .Conv2d(filters, kernel: 3, stride, padding: 1, bias: false).BatchNorm().ReLU()
            .Conv2d(filters, kernel: 3, padding: 1, bias: false)
            .Add(shortcut);
    }
}
