using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// The channels of several maps of one size, or the elements of several vectors, one behind the other. A map of two channels and one of
/// three of the same height and width make a map of five channels.
/// </summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Sources">The layers whose outputs are put together, in this order: two or more.</param>
public sealed record Concat(string Name, ImmutableArray<string> Sources) : Layer(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<string> Inputs => Sources;

    /// <summary>Two are the same if they have the same name and the same sources.</summary>
    /// <param name="other">Another one.</param>
    public bool Equals(Concat? other) => other is not null && Name == other.Name && Sources.AsSpan().SequenceEqual(other.Sources.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Sources.Length, Sources[0]);

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape first = inputs[0];
        long channels = inputs.Sum(input => (long)input.Channels);
        Require(inputs.Count >= 2, $"puts two or more inputs together, not {inputs.Count}");
        Require(first.Kind != TensorKind.Sequence, $"takes maps or vectors, but its first input is a {first}");
        foreach (TensorShape input in inputs)
        {
            bool fits = input.Kind == first.Kind && input.Height == first.Height && input.Width == first.Width;
            Require(fits, $"puts a {first} and a {input} together; only the numbers of their channels may differ");
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
