namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Dropout: in training, sets each value to 0 with probability Rate and divides the others by 1 - Rate; does nothing in prediction.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, of any shape.</param>
/// <param name="Rate">The probability to set a value to 0, in [0, 1).</param>
public sealed record Dropout(string Name, string Input, double Rate) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(Rate is >= 0 and < 1, FormattableString.Invariant($"needs a rate in [0, 1), not {Rate}"));
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) =>
        new SeparateChannels(this, 1, constant => constant) { IsIdentity = true };
}
