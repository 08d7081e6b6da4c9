namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The numbers of rows and columns of zeros that are added around a map before a convolution or a pooling.</summary>
public readonly record struct Padding(int Top, int Bottom, int Left, int Right)
{
    /// <summary>The same padding on every side.</summary>
    public static Padding Same(int size) => new(size, size, size, size);
}

/// <summary>
/// A two-dimensional convolution (cross-correlation, as in TorchSharp): y[o, i, j] = bias[o] + sum over c, u, v of weight[o, c, u, v] *
/// x[first + c, i * stride + u * dilation - top, j * stride + v * dilation - left], where c counts the channels of the filter's group and
/// first is the first of them.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Filters">The number of output channels.</param>
/// <param name="KernelHeight">The height of the kernel.</param>
/// <param name="KernelWidth">The width of the kernel.</param>
/// <param name="Stride">The step between output positions, in both directions.</param>
/// <param name="Padding">The zeros around the input; they may differ between the sides (as in TensorFlow's 'SAME').</param>
/// <param name="Bias">Whether each filter has a bias.</param>
/// <param name="Groups">
/// The number of groups into which channels and filters are divided, in their order; a filter reads only the channels of its group. With as
/// many groups as channels it is a depthwise convolution.
/// </param>
/// <param name="Dilation">The step between the kernel's positions, in both directions.</param>
public sealed record Conv2d(
    string Name, string Input, int Filters, int KernelHeight, int KernelWidth, int Stride = 1, Padding Padding = default, bool Bias = true,
    int Groups = 1, int Dilation = 1)
    : SingleInputLayer(Name, Input)
{
    /// <summary>Starting a row of the output costs as much as this number of its pixels.</summary>
    private const int PixelsOfRow = 8;

    private const int MaxDilation = 1 << 10;

    /// <summary>The number of rows from the kernel's first to its last position, inclusive.</summary>
    internal int DilatedHeight => ((KernelHeight - 1) * Dilation) + 1;

    /// <summary>The number of columns from the kernel's first to its last position, inclusive.</summary>
    internal int DilatedWidth => ((KernelWidth - 1) * Dilation) + 1;

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Filters > 0 && KernelHeight > 0 && KernelWidth > 0 && Stride > 0, "needs positive filters, kernel size and stride");
        Require(
            Dilation is > 0 and <= MaxDilation && Math.Max(KernelHeight, KernelWidth) <= Sliding.Largest,
            $"needs a dilation from 1 to {MaxDilation}, not {Dilation}");
        Require(
            Groups > 0 && Filters % Groups == 0 && input.Channels % Groups == 0,
            $"needs a number of groups that divides {Filters} filters and {input.Channels} channels, not {Groups}");
        return Sliding.InferMap(this, input, Filters, DilatedHeight, DilatedWidth, Stride, Padding);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        TensorShape output = InferShape(input);
        long uses = (long)output.Height * output.Width;
        yield return Weight("weight", uses, Filters, input.Channels / Groups, KernelHeight, KernelWidth);
        if (Bias)
        {
            yield return Vector("bias", ParameterRole.Bias, Filters, uses);
        }
    }

    /// <summary>For each output position, a window of every channel is copied.</summary>
    private protected override double CountOperations(TensorShape input)
    {
        TensorShape output = InferShape(input);
        return output.Count + ((double)output.Height * (output.Width + PixelsOfRow) * input.Channels * DilatedHeight * DilatedWidth);
    }

    private protected override ChannelRule GetChannelRule(TensorShape input) => new WeightedChannels(
        this, Window: this, (filters, bias) => this with { Filters = filters, Bias = bias });
}
