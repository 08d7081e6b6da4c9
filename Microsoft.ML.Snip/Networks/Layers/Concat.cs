using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// Concatenates the channels of several maps of the same height and width, or the elements of several vectors. For example, a map with two
/// channels and a map with three channels give a map with five channels.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Sources">The layers whose outputs are concatenated, in this order: two or more.</param>
public sealed record Concat(string Name, ImmutableArray<string> Sources) : Layer(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<string> Inputs => Sources;

    /// <summary>Two layers are equal if they have the same name and the same sources.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(Concat? other) => other is not null && Name == other.Name && Sources.AsSpan().SequenceEqual(other.Sources.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Sources.Length, Sources[0]);

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape first = inputs[0];
        long channels = inputs.Sum(input => (long)input.Channels);
        Require(inputs.Count >= 2, $"needs two or more inputs, not {inputs.Count}");
        Require(first.Kind != TensorKind.Sequence, $"takes maps or vectors, but its first input is a {first}");
        foreach (TensorShape input in inputs)
        {
            bool fits = input.Kind == first.Kind && input.Height == first.Height && input.Width == first.Width;
            Require(fits, $"concatenates a {first} and a {input}; they may differ only in the number of channels");
        }

        Require(channels <= int.MaxValue, $"would have {channels} channels");
        return first.Kind == TensorKind.Vector
            ? TensorShape.Vector((int)channels)
            : TensorShape.Map((int)channels, first.Height, first.Width);
    }

    internal override IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs) => [];

    internal override double CountOperations(IReadOnlyList<TensorShape> inputs) => 2 * inputs.Sum(input => (double)input.Count);

    internal override ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs) => new JoinedChannels(this);

    internal override Layer WithInputs(IReadOnlyList<string> inputs) => this with { Sources = [.. inputs] };

    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);
}
