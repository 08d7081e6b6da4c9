using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The sum of two activations of the same shape: a residual connection.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="First">The layer whose output is the first term.</param>
/// <param name="Second">The layer whose output is the second term.</param>
public sealed record Add(string Name, string First, string Second) : Layer(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<string> Inputs => [First, Second];

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        Require(inputs[0] == inputs[1], $"adds a {inputs[0]} to a {inputs[1]}; both must have the same shape");
        return inputs[0];
    }

    internal override IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs) => [];

    internal override double CountOperations(IReadOnlyList<TensorShape> inputs) => 3.0 * inputs[0].Count;

    internal override ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs) =>
        new PairedChannels(this, (first, second) => first + second);

    internal override Layer WithInputs(IReadOnlyList<string> inputs) => this with { First = inputs[0], Second = inputs[1] };

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);
}
