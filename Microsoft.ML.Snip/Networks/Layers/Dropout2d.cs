namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Dropout of channels: in training, sets each channel of a map to 0 with probability Rate and divides the others by 1 - Rate; does nothing
/// in prediction.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Rate">The probability to set a channel to 0, in [0, 1).</param>
public sealed record Dropout2d(string Name, string Input, double Rate) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(Rate is >= 0 and < 1, FormattableString.Invariant($"needs a rate in [0, 1), not {Rate}"));
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) =>
        new SeparateChannels(this, 1, constant => constant) { IsIdentity = true };
}
