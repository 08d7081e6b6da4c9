namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// How a layer's output channels depend on its input channels: what compaction has to know to take channels out of a network. Channels are
/// those of <see cref="TensorShape.Channels"/>: of a map, the elements of a vector, the features of a sequence.
/// </summary>
internal abstract record ChannelRule
{
    private protected ChannelRule()
    {
    }

    public abstract TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor);
}

/// <summary>What one step of compaction makes of each rule.</summary>
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
/// Each output channel is a sum of input channels, by the weights <c>weight</c> and perhaps a <c>bias</c>: it needs those it has weights
/// for.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Window">
/// The layer again if its weights slide over a map: then each input channel has as many columns of the weight matrix as the window has
/// positions, else one.
/// </param>
/// <param name="Resize">The layer with another number of output channels, with or without a bias.</param>
internal sealed record WeightedChannels(SingleInputLayer Layer, Conv2d? Window, Func<int, bool, Layer> Resize) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>
/// As <see cref="WeightedChannels"/> at each step of a sequence, and each output channel needs other ones of the step before.
/// </summary>
/// <param name="Layer">The layer.</param>
internal sealed record RecurrentChannels(RecurrentLayer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Each channel is multiplied by a number and another one is added, both made of parameters.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record ScaledChannels(BatchNorm Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>
/// Each channel of the only input gives <paramref name="Spread"/> consecutive channels of the output, by itself and without parameters. A
/// channel that has one value everywhere gives channels that have one value everywhere.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Spread">How many output channels one input channel gives.</param>
/// <param name="OfConstant">The value that a channel of one value gives.</param>
internal sealed record SeparateChannels(SingleInputLayer Layer, int Spread, Func<double, double> OfConstant) : ChannelRule
{
    /// <summary>Whether the layer does nothing in prediction.</summary>
    public bool IsIdentity { get; init; }

    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Channel c of the output is made of channel c of each of two inputs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="OfConstants">The one value of the output from those of the inputs, null standing for a channel that varies.</param>
internal sealed record PairedChannels(Layer Layer, Func<double?, double?, double?> OfConstants) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>The channels of all inputs one behind the other.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record JoinedChannels(Layer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}

/// <summary>Any output channel may depend on any input channel: none can be taken out, on either side.</summary>
/// <param name="Layer">The layer.</param>
internal sealed record OpaqueChannels(Layer Layer) : ChannelRule
{
    public override TResult Accept<TResult>(IChannelRuleVisitor<TResult> visitor) => visitor.Visit(this);
}
