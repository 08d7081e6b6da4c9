using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// VGG-C, VGG-D and VGG-like (Simonyan and Zisserman 2015, as in the SNIP authors' network.py): 13 convolutions of 3x3 in five blocks, each
/// followed by 2x2 max pooling, then hidden layers of 512 units; in VGG-C the third convolution of the last three blocks is 1x1. Batch norm
/// and ReLU follow every layer except the last; there is no dropout.
/// </summary>
/// <remarks>
/// Halving the map five times needs sides of at least 32 pixels. A side of 28 to 31 is padded to 32 by the first convolution, with zeros,
/// the mean of normalised pixels; a shorter side is an error at the last pooling. For images of 64x64 and larger the first convolution has
/// stride 2.
/// </remarks>
internal static class Vgg
{
    private const int MinSide = 32;
    private const int MinPaddedSide = 28;

    private static readonly (int Filters, int Layers)[] s_blocks = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];

    /// <param name="name">The network's name.</param>
    /// <param name="thirdKernel">The kernel size of the third convolution of a block: 1 in VGG-C, 3 in the others.</param>
    /// <param name="hiddenLayers">The number of hidden layers of 512 units: 1 in VGG-like, 2 in the others.</param>
    /// <param name="inputShape">The shape of the images.</param>
    /// <param name="classCount">The number of classes.</param>
    public static NetworkDefinition Build(string name, int thirdKernel, int hiddenLayers, ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build(name, inputShape);
        int stride = inputShape.Height >= 64 && inputShape.Width >= 64 ? 2 : 1;
        Padding padding = FirstPadding(inputShape);
        foreach ((int filters, int layers) in s_blocks)
        {
            for (int layer = 0; layer < layers; layer++)
            {
                int kernel = layer == 2 ? thirdKernel : 3;
                builder.Conv2d(filters, kernel, stride, kernel == 1 ? default : padding).BatchNorm().ReLU();
                stride = 1;
                padding = Padding.Same(1);
            }

            builder.MaxPool(2);
        }

        builder.Flatten();
        for (int layer = 0; layer < hiddenLayers; layer++)
        {
            builder.Linear(512).BatchNorm().ReLU();
        }

        return builder.Linear(classCount).ToDefinition();
    }

    private static Padding FirstPadding(ImageShape shape)
    {
        (int top, int bottom) = Split(shape.Height);
        (int left, int right) = Split(shape.Width);
        return new Padding(1 + top, 1 + bottom, 1 + left, 1 + right);

        static (int Before, int After) Split(int side)
        {
            int missing = side is >= MinPaddedSide and < MinSide ? MinSide - side : 0;
            return (missing / 2, missing - (missing / 2));
        }
    }
}
