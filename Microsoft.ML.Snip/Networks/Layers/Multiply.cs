using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// The product of two activations, number by number: a gate. The second may be a vector with one number for each channel of the first, a
/// map, which it then multiplies as a whole (squeeze and excite).
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
        Require(fits, $"multiplies a {inputs[0]} by a {inputs[1]}; both must have one shape, or the second be a vector with a number for each channel of the first");
        return inputs[0];
    }

    internal override IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs) => [];

    internal override double CountOperations(IReadOnlyList<TensorShape> inputs) => 3.0 * inputs[0].Count;

    /// <summary>A factor of 0 makes the product 0, whatever the other is.</summary>
    internal override ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs) =>
        new PairedChannels(this, (first, second) => first == 0 || second == 0 ? 0 : first * second);

    internal override Layer WithInputs(IReadOnlyList<string> inputs) => this with { First = inputs[0], Second = inputs[1] };

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);
}
