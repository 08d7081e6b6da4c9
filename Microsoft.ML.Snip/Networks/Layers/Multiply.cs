using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// The element-wise product of two activations: a gate. If the first is a map, the second may also be a vector with one factor for each
/// channel of the map (squeeze and excite).
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="First">The layer whose output is the first factor.</param>
/// <param name="Second">The layer whose output is the second factor.</param>
public sealed record Multiply(string Name, string First, string Second) : Layer(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<string> Inputs => [First, Second];

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        bool fits = inputs[0] == inputs[1]
            || (inputs[0].Kind == TensorKind.Map && inputs[1].Kind == TensorKind.Vector && inputs[0].Channels == inputs[1].Channels);
        Require(
            fits,
            $"multiplies a {inputs[0]} by a {inputs[1]}; both must have the same shape, or the second must be a vector with one value for "
            + "each channel of the first");
        return inputs[0];
    }

    internal override IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs) => [];

    internal override double CountOperations(IReadOnlyList<TensorShape> inputs) => 3.0 * inputs[0].Count;

    /// <summary>If one factor is 0, the product is 0.</summary>
    internal override ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs) =>
        new PairedChannels(this, (first, second) => first == 0 || second == 0 ? 0 : first * second);

    internal override Layer WithInputs(IReadOnlyList<string> inputs) => this with { First = inputs[0], Second = inputs[1] };

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);
}
