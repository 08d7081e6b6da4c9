using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// AlexNet-s and AlexNet-b (Krizhevsky et al. 2012, as in the SNIP authors' network.py): five convolutions with stride 2, then two hidden
/// layers of 1024 (s) or 2048 (b) units. Batch norm and ReLU follow every layer except the last; there is no pooling. For images of 64x64
/// and larger the first convolution has stride 4.
/// </summary>
internal static class AlexNet
{
    private static readonly (int Filters, int Kernel)[] s_convolutions = [(96, 11), (256, 5), (384, 3), (384, 3), (256, 3)];

    public static NetworkDefinition Build(string name, int hiddenUnits, ImageShape inputShape, int classCount)
    {
        NetworkBuilder builder = NetworkDefinition.Build(name, inputShape);
        int stride = inputShape.Height >= 64 && inputShape.Width >= 64 ? 4 : 2;
        (int height, int width) = (inputShape.Height, inputShape.Width);
        foreach ((int filters, int kernel) in s_convolutions)
        {
            (int top, int bottom) = SamePadding(height, kernel, stride);
            (int left, int right) = SamePadding(width, kernel, stride);
            builder.Conv2d(filters, kernel, stride, new Padding(top, bottom, left, right)).BatchNorm().ReLU();
            (height, width) = (OutputSize(height, stride), OutputSize(width, stride));
            stride = 2;
        }

        return builder.Flatten()
            .Linear(hiddenUnits).BatchNorm().ReLU()
            .Linear(hiddenUnits).BatchNorm().ReLU()
            .Linear(classCount)
            .ToDefinition();
    }

    /// <summary>
    /// TensorFlow's 'SAME' padding: as many zeros as give an output of ceil(size / stride); an odd one is added after the last row or
    /// column. For example, 32 to 16 with a kernel of 11 needs 4 before and 5 after.
    /// </summary>
    private static (int Before, int After) SamePadding(int size, int kernel, int stride)
    {
        int total = Math.Max(((OutputSize(size, stride) - 1) * stride) + kernel - size, 0);
        return (total / 2, total - (total / 2));
    }

    private static int OutputSize(int size, int stride) => (size + stride - 1) / stride;
}
