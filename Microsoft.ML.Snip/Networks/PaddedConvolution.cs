using TorchSharp;
using static TorchSharp.torch;
using L = Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// A convolution with channels of zeros added until oneDNN has no partial block of channels left, which is where it is wrong on machines that hide the
/// sizes of their caches. The output is that of the plain convolution; the gradients are too, since autograd takes the added channels out again.
/// </summary>
/// <remarks>
/// Measured with oneDNN 3.7 on AVX2 and AVX-512: outputs are wrong where the input's channels fill no whole blocks of 16, but right for up to three, which
/// another kernel computes; input gradients where the output's do not, and also, if the stride is above 1, where the input's make an odd number of
/// blocks above one, or pairs of blocks of 8 that fill no four. Weight gradients were always right.
/// </remarks>
internal static class PaddedConvolution
{
    private const int Block = 16, FewChannels = 3;

    /// <summary>The map [batch, filters, rows, columns].</summary>
    /// <param name="input">A map [batch, channels, rows, columns].</param>
    /// <param name="weight">[filters, channels, kernel rows, kernel columns].</param>
    /// <param name="bias">[filters], or null.</param>
    /// <param name="stride">Step between output positions.</param>
    /// <param name="padding">Zeros around the input.</param>
    public static Tensor Run(Tensor input, Tensor weight, Tensor? bias, int stride, L.Padding padding)
    {
        using DisposeScope scope = NewDisposeScope();
        int filters = (int)weight.shape[0], channels = (int)weight.shape[1];
        bool inputGradient = input.requires_grad;
        int addedChannels = channels <= FewChannels ? 0 : Missing(channels, inputGradient && stride > 1 && channels > Block ? 2 * Block : Block);
        int addedFilters = inputGradient ? Missing(filters, Block) : 0;
        bool even = padding.Top == padding.Bottom && padding.Left == padding.Right;
        if (addedChannels > 0 || !even)
        {
            input = nn.functional.pad(
                input, even ? [0, 0, 0, 0, 0, addedChannels] : [padding.Left, padding.Right, padding.Top, padding.Bottom, 0, addedChannels]);
        }

        if (addedChannels > 0 || addedFilters > 0)
        {
            weight = nn.functional.pad(weight, [0, 0, 0, 0, 0, addedChannels, 0, addedFilters]);
        }

        if (bias is not null && addedFilters > 0)
        {
            bias = nn.functional.pad(bias, [0, addedFilters]);
        }

        Tensor output = nn.functional.conv2d(input, weight, bias, [stride, stride], even ? [padding.Top, padding.Left] : [0, 0]);
        return (addedFilters > 0 ? output.narrow(1, 0, filters) : output).MoveToOuterDisposeScope();
    }

    private static int Missing(int count, int multiple) => (multiple - (count % multiple)) % multiple;
}
