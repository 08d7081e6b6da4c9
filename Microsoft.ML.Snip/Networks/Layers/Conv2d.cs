namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Rows and columns of zeros put around a map before a convolution or a pooling.</summary>
public readonly record struct Padding(int Top, int Bottom, int Left, int Right)
{
    /// <summary>The same number on every side.</summary>
    public static Padding Same(int size) => new(size, size, size, size);
}

/// <summary>
/// A two-dimensional convolution (cross-correlation, as in TorchSharp):
/// y[o, i, j] = bias[o] + sum over c, u, v of weight[o, c, u, v] * x[c, i * stride + u - top, j * stride + v - left].
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Filters">Output channels.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Stride">Step between output positions, in both directions.</param>
/// <param name="Padding">Zeros around the input; uneven where a definition needs it (TensorFlow's 'SAME').</param>
/// <param name="Bias">Whether each filter has a bias.</param>
public sealed record Conv2d(
    string Name, string Input, int Filters, int KernelHeight, int KernelWidth, int Stride = 1, Padding Padding = default, bool Bias = true)
    : SingleInputLayer(Name, Input)
{
    /// <summary>To begin a row of the output takes as long as so many pixels of it.</summary>
    private const int PixelsOfRow = 8;

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Filters > 0 && KernelHeight > 0 && KernelWidth > 0 && Stride > 0, "needs positive filters, kernel size and stride");
        return Sliding.InferMap(this, input, Filters, KernelHeight, KernelWidth, Stride, Padding);
    }

    private protected override IEnumerable<Parameter> GetParameters(TensorShape input)
    {
        TensorShape output = InferShape(input);
        long uses = (long)output.Height * output.Width;
        yield return Weight("weight", uses, Filters, input.Channels, KernelHeight, KernelWidth);
        if (Bias)
        {
            yield return Vector("bias", ParameterRole.Bias, Filters, uses);
        }
    }

    /// <summary>Each output position sees a window of every channel, which is copied together.</summary>
    private protected override double CountOperations(TensorShape input)
    {
        TensorShape output = InferShape(input);
        return output.Count + ((double)output.Height * (output.Width + PixelsOfRow) * input.Channels * KernelHeight * KernelWidth);
    }

    private protected override ChannelRule GetChannelRule(TensorShape input) => new WeightedChannels(
        this, Window: this, (filters, bias) => this with { Filters = filters, Bias = bias });
}
