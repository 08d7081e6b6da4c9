namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Max pooling: the maximum of each window of a map.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Size">The height and width of the window.</param>
/// <param name="Stride">The step between windows.</param>
/// <param name="Padding">
/// The number of rows and columns around the map, which do not count for the maximum; at most half the window.
/// </param>
/// <param name="CeilMode">
/// Whether a window that starts inside the map, or in the padding before it, and extends beyond the end is used with its part inside;
/// otherwise such a window is dropped.
/// </param>
public sealed record MaxPool(string Name, string Input, int Size, int Stride, int Padding = 0, bool CeilMode = false)
    : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Size > 0 && Stride > 0, "needs a positive size and stride");
        Require(Padding >= 0 && Padding <= Size / 2, "needs a padding of at most half its size");
        TensorShape whole = Sliding.InferMap(this, input, input.Channels, Size, Size, Stride, Layers.Padding.Same(Padding));
        return CeilMode
            ? TensorShape.Map(
                input.Channels, whole.Height + CountPartWindows(input.Height, whole.Height),
                whole.Width + CountPartWindows(input.Width, whole.Width))
            : whole;
    }

    /// <summary>1 if a window after the whole ones starts before the end of the map and extends beyond it, otherwise 0.</summary>
    private int CountPartWindows(int size, int wholeWindows)
    {
        long start = ((long)wholeWindows * Stride) - Padding;
        bool isCovered = start - Stride + Size >= (long)size + Padding;
        return start < size && !isCovered ? 1 : 0;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => Sliding.CountPooling(InferShape(input), Size);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, constant => constant);
}

/// <summary>
/// Average pooling: the mean of each window of a map; a window that extends beyond the last row or column is dropped (floor).
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Size">The height and width of the window.</param>
/// <param name="Stride">The step between windows.</param>
public sealed record AvgPool(string Name, string Input, int Size, int Stride) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Size > 0 && Stride > 0, "needs a positive size and stride");
        return Sliding.InferMap(this, input, input.Channels, Size, Size, Stride, default);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => Sliding.CountPooling(InferShape(input), Size);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, constant => constant);
}

/// <summary>
/// Global average pooling: the mean of each channel of a map over all its positions, a vector with one value for each channel.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
public sealed record GlobalAveragePool(string Name, string Input) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        return TensorShape.Vector(input.Channels);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, constant => constant);
}
