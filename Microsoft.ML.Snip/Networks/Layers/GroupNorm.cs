namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Group normalisation (Wu and He, ECCV 2018): consecutive channels form groups of equal size, and each group of each example is normalised
/// by its own mean and variance: y = gamma[c] * (x - mean) / sqrt(variance + epsilon) + beta[c], both in training and in prediction. With
/// one group, the whole map is normalised together; with as many groups as channels, each channel is normalised separately (instance
/// normalisation).
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
/// <param name="Groups">The number of groups; it must divide the number of channels.</param>
/// <param name="Epsilon">A number added to the variance; TorchSharp's default is 1e-5.</param>
public sealed record GroupNorm(string Name, string Input, int Groups, double Epsilon = 1e-5) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(
            Groups > 0 && input.Channels % Groups == 0,
            $"needs a number of groups that divides its {input.Channels} channels, not {Groups}");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "needs a positive, finite epsilon");
        return input;
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input)
    {
        long positions = (long)input.Height * input.Width;
        yield return Vector("weight", ParameterRole.Gamma, input.Channels, positions);
        yield return Vector("bias", ParameterRole.Beta, input.Channels, positions);
    }

    /// <summary>Each value is read three times: for the mean, for the variance and for the normalisation.</summary>
    private protected override double CountOperations(TensorShape input) => 2 * CountNumbers(input);

    /// <summary>All channels of a group share their mean and variance.</summary>
    private protected override ChannelRule GetChannelRule(TensorShape input) => new OpaqueChannels(this);
}
