namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The largest value of each window of a map; a window that reaches past the last row or column is dropped (floor).</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="Padding">Rows and columns around the map that no value is taken from; at most half the window.</param>
public sealed record MaxPool(string Name, string Input, int Size, int Stride, int Padding = 0) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Size > 0 && Stride > 0, "needs a positive size and stride");
        Require(Padding >= 0 && Padding <= Size / 2, "needs a padding of at most half its size");
        return Sliding.InferMap(this, input, input.Channels, Size, Size, Stride, Layers.Padding.Same(Padding));
    }

    private protected override IEnumerable<Parameter> GetParameters(TensorShape input) => [];

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

    private protected override IEnumerable<Parameter> GetParameters(TensorShape input) => [];

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

    private protected override IEnumerable<Parameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new SeparateChannels(this, 1, constant => constant);
}
