namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// How a layer's output channels depend on its input channels; compaction needs it to remove channels from a network. Channels are those of
/// <see cref="TensorShape.Channels"/>: the channels of a map, the elements of a vector, the features of a sequence.
/// </summary>
internal abstract record ChannelRule
{
    private protected ChannelRule()
    {
    }

    public abstract TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor);
}

/// <summary>A step of compaction, with a method for each kind of rule.</summary>
internal interface IChannelRuleVisitor<out TResult>
{
    TResult Visit(WeightedChannels rule);

    TResult Visit(RecurrentChannels rule);

    TResult Visit(ScaledChannels rule);

    TResult Visit(SeparateChannels rule);

    TResult Visit(PairedChannels rule);

    TResult Visit(JoinedChannels rule);

    TResult Visit(OpaqueChannels rule);
}

/// <summary>
/// Each output channel is a weighted sum of input channels, with the parameter <c>weight</c> and optionally <c>bias</c>: it needs the input
/// channels for which it has weights.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Window">
/// The layer itself if its weights slide over a map, otherwise null. With a window, each input channel has as many columns of the weight
/// matrix as the window has positions, otherwise one.
/// </param>
/// <param name="Resize">Creates the layer with another number of output channels, with or without a bias.</param>
internal sealed record WeightedChannels(SingleInputLayer Layer, Conv2d? Window, Func<int, bool, Layer> Resize) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>
/// Like <see cref="WeightedChannels"/> at each step of a sequence; in addition, each output channel needs output channels of the previous
/// step.
/// </summary>
/// <param name="Layer">The layer.</param>
internal sealed record RecurrentChannels(RecurrentLayer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Each channel is scaled and shifted by numbers that are computed from parameters.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record ScaledChannels(BatchNorm Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>
/// Each channel of the only input gives <paramref name="Spread"/> consecutive channels of the output, independent of other channels and
/// without parameters. A constant channel gives constant channels.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Spread">The number of output channels for each input channel.</param>
/// <param name="OfConstant">The output value for a constant channel.</param>
internal sealed record SeparateChannels(SingleInputLayer Layer, int Spread, Func<double, double> OfConstant) : ChannelRule
{
    /// <summary>Whether the layer does nothing in prediction.</summary>
    public bool IsIdentity { get; init; }

    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Channel c of the output is computed from channel c of each of the two inputs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="OfConstants">The constant output value for the constants of the inputs; null means that a channel is not constant.</param>
internal sealed record PairedChannels(Layer Layer, Func<double?, double?, double?> OfConstants) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>The output is the concatenated channels of all inputs.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record JoinedChannels(Layer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Any output channel may depend on any input channel: neither input nor output channels can be removed.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record OpaqueChannels(Layer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}
