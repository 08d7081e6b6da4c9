namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Rectified linear unit: y = max(x, 0) for each element.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, of any shape.</param>
public sealed record ReLU(string Name, string Input) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input) => input;

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) =>
        new SeparateChannels(this, 1, constant => Math.Max(constant, 0));
}
