namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Batch normalisation of each channel of a map or each element of a vector: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with
/// the statistics of the batch in training and the running statistics in prediction.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map or a vector.</param>
/// <param name="Epsilon">A number added to the variance; TorchSharp's default is 1e-5.</param>
public sealed record BatchNorm(string Name, string Input, double Epsilon = 1e-5) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(input.Kind != TensorKind.Sequence, $"takes a map or a vector, but its input is a {input}");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "needs a positive, finite epsilon");
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        long uses = (long)input.Height * input.Width;
        yield return Vector("weight", ParameterRole.Gamma, input.Channels, uses);
        yield return Vector("bias", ParameterRole.Beta, input.Channels, uses);
        yield return Vector("running_mean", ParameterRole.RunningMean, input.Channels, uses);
        yield return Vector("running_var", ParameterRole.RunningVariance, input.Channels, uses);
    }

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new ScaledChannels(this);
}
