namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The largest value of each window of a map.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="Padding">Rows and columns around the map that no value is taken from; at most half the window.</param>
/// <param name="CeilMode">
/// Whether a window that begins within the map, or the padding before it, and reaches past the end takes what there is of it; else it is
/// dropped.
/// </param>
public sealed record MaxPool(string Name, string Input, int Size, int Stride, int Padding = 0, bool CeilMode = false) : SingleInputLayer(Name, Input)
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

    /// <summary>1 if a window behind the whole ones begins before the end of the map and is cut off, else 0.</summary>
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

/// <summary>The mean of each window of a map; a window that reaches past the last row or column is dropped (floor).</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Stride">Step between windows.</param>
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

/// <summary>The mean of each channel of a map over all its positions: a vector with one number a channel.</summary>
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
