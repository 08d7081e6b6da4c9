namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// VGG-like (the SNIP authors' network.py): 13 convolutions of 3x3 in five blocks, each block halved by pooling, then one hidden layer of 512. Batch
/// norm and ReLU follow every layer but the last; no dropout. Pictures of 64x64 and more are halved by the first convolution.
/// </summary>
internal static class VggLike
{
    private static readonly (int Filters, int Layers)[] s_blocks = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];

    public static NetworkDefinition Build(ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build("VggLike", inputShape);
        int stride = inputShape.Height >= 64 && inputShape.Width >= 64 ? 2 : 1;
        foreach ((int filters, int layers) in s_blocks)
        {
            for (int layer = 0; layer < layers; layer++)
            {
                builder.Conv2d(filters, kernel: 3, stride, padding: 1).BatchNorm().ReLU();
                stride = 1;
            }

            builder.MaxPool(2);
        }

        return builder.Flatten().Linear(512).BatchNorm().ReLU().Linear(classCount).ToDefinition();
    }
}
