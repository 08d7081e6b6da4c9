namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton, 2016): a vector, or each step of a sequence, is normalised by the mean and variance of its
/// elements: y = gamma[c] * (x[c] - mean) / sqrt(variance + epsilon) + beta[c], both in training and in prediction. For maps use
/// <see cref="GroupNorm"/>.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a vector or a sequence.</param>
/// <param name="Epsilon">A number added to the variance; TorchSharp's default is 1e-5.</param>
public sealed record LayerNorm(string Name, string Input, double Epsilon = 1e-5) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(input.Kind != TensorKind.Map, $"takes a vector or a sequence, but its input is a {input}; use GroupNorm for maps");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "needs a positive, finite epsilon");
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        yield return Vector("weight", ParameterRole.Gamma, input.Channels, input.Height);
        yield return Vector("bias", ParameterRole.Beta, input.Channels, input.Height);
    }

    /// <summary>Each value is read three times: for the mean, for the variance and for the normalisation.</summary>
    private protected override double CountOperations(TensorShape input) => 2 * CountNumbers(input);

    /// <summary>All elements share their mean and variance.</summary>
    private protected override ChannelRule GetChannelRule(TensorShape input) => new OpaqueChannels(this);
}
