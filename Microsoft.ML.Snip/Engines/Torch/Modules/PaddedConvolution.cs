using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using L = Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>
/// A convolution with channels of zeros added so that oneDNN has no partial block of channels, for which its results are wrong on machines
/// that hide the sizes of their caches. The output is that of the plain convolution. The gradients are too, because autograd removes the
/// added channels.
/// </summary>
/// <remarks>
/// Measured with oneDNN 3.7 on AVX2 and AVX-512: outputs are wrong if the number of input channels is no multiple of 16, but correct for up
/// to three channels, which another kernel computes. Input gradients are wrong if the number of output channels is no multiple of 16; and
/// also, with a stride above 1, if the input channels make an odd number of blocks above one, or pairs of blocks of 8 that fill no four.
/// Weight gradients were always correct.
/// </remarks>
internal static class PaddedConvolution
{
    private const int Block = 16, FewChannels = 3;

    /// <summary>Computes the map [batch, filters, rows, columns].</summary>
    /// <param name="input">A map [batch, channels, rows, columns].</param>
    /// <param name="weight">The weights [filters, channels of a group, kernel rows, kernel columns].</param>
    /// <param name="bias">The biases [filters], or null.</param>
    /// <param name="stride">The step between output positions.</param>
    /// <param name="padding">The zeros around the input.</param>
    /// <param name="groups">The number of groups of channels and filters.</param>
    /// <param name="dilation">The step between the kernel's positions.</param>
    public static Tensor Run(Tensor input, Tensor weight, Tensor? bias, int stride, L.Padding padding, int groups = 1, int dilation = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor output = groups == 1 ? RunGroup(input, weight, bias, stride, padding, dilation)
            : weight.shape[1] == 1 && weight.shape[0] == groups ? RunDepthwise(input, weight, bias, stride, padding, dilation)
            : RunGroups(input, weight, bias, stride, padding, groups, dilation);
        return output.MoveToOuterDisposeScope();
    }

    private static Tensor RunGroup(Tensor input, Tensor weight, Tensor? bias, int stride, L.Padding padding, int dilation)
    {
        int filters = (int)weight.shape[0], channels = (int)weight.shape[1];
        bool inputGradient = input.requires_grad;
        int addedChannels = channels <= FewChannels
            ? 0
            : Missing(channels, inputGradient && stride > 1 && channels > Block ? 2 * Block : Block);
        int addedFilters = inputGradient ? Missing(filters, Block) : 0;
        bool isSymmetric = padding.Top == padding.Bottom && padding.Left == padding.Right;
        if (addedChannels > 0 || !isSymmetric)
        {
            input = nn.functional.pad(
                input,
                isSymmetric
                    ? [0, 0, 0, 0, 0, addedChannels]
                    : [padding.Left, padding.Right, padding.Top, padding.Bottom, 0, addedChannels]);
        }

        if (addedChannels > 0 || addedFilters > 0)
        {
            weight = nn.functional.pad(weight, [0, 0, 0, 0, 0, addedChannels, 0, addedFilters]);
        }

        if (bias is not null && addedFilters > 0)
        {
            bias = nn.functional.pad(bias, [0, addedFilters]);
        }

        Tensor output = nn.functional.conv2d(
            input, weight, bias, [stride, stride], isSymmetric ? [padding.Top, padding.Left] : [0, 0], [dilation, dilation]);
        return addedFilters > 0 ? output.narrow(1, 0, filters) : output;
    }

    /// <summary>Computes a separate convolution for each group.</summary>
    private static Tensor RunGroups(Tensor input, Tensor weight, Tensor? bias, int stride, L.Padding padding, int groups, int dilation)
    {
        Tensor[] inputs = input.chunk(groups, 1), weights = weight.chunk(groups, 0);
        Tensor[]? biases = bias?.chunk(groups, 0);
        return cat([.. inputs.Select((part, group) => RunGroup(part, weights[group], biases?[group], stride, padding, dilation))], 1);
    }

    /// <summary>
    /// Computes the sum over the kernel's positions of the shifted map times the position's weights, without a convolution.
    /// </summary>
    private static Tensor RunDepthwise(Tensor input, Tensor weight, Tensor? bias, int stride, L.Padding padding, int dilation)
    {
        int kernelRows = (int)weight.shape[2], kernelColumns = (int)weight.shape[3];
        Tensor padded = nn.functional.pad(input, [padding.Left, padding.Right, padding.Top, padding.Bottom]);
        long rows = ((padded.shape[2] - ((kernelRows - 1) * dilation) - 1) / stride) + 1;
        long columns = ((padded.shape[3] - ((kernelColumns - 1) * dilation) - 1) / stride) + 1;
        Tensor? sum = bias?.view(1, -1, 1, 1);
        for (int u = 0; u < kernelRows; u++)
        {
            for (int v = 0; v < kernelColumns; v++)
            {
                long row = u * dilation, column = v * dilation;
                Tensor shifted = padded.slice(2, row, row + ((rows - 1) * stride) + 1, stride).slice(
                    3, column, column + ((columns - 1) * stride) + 1, stride);
                Tensor product = shifted * weight.select(3, v).select(2, u).view(1, -1, 1, 1);
                sum = sum is null ? product : sum.Plus(product);
            }
        }

        return sum!;
    }

    private static int Missing(int count, int multiple) => (multiple - (count % multiple)) % multiple;
}
