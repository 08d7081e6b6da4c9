namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>A fully connected layer: y = W x + b, on a vector or on every step of a sequence.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a vector or a sequence.</param>
/// <param name="Units">The number of outputs.</param>
/// <param name="Bias">Whether each output has a bias.</param>
public sealed record Linear(string Name, string Input, int Units, bool Bias = true) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(input.Kind != TensorKind.Map, $"takes a vector or a sequence, but its input is a {input}; add a Flatten before it");
        Require(Units > 0, "needs a positive number of units");
        return input.Kind == TensorKind.Vector ? TensorShape.Vector(Units) : TensorShape.Sequence(input.Height, Units);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        yield return Weight("weight", input.Height, Units, input.Channels);
        if (Bias)
        {
            yield return Vector("bias", ParameterRole.Bias, Units, input.Height);
        }
    }

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new WeightedChannels(
        this, Window: null, (units, bias) => this with { Units = units, Bias = bias });
}
