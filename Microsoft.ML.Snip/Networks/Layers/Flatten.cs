namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>Turns a map into a vector, channel by channel, row by row.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes: a map.</param>
public sealed record Flatten(string Name, string Input) : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private protected override TensorShape InferShape(TensorShape input)
    {
        RequireKind(input, TensorKind.Map);
        Require(input.Count <= int.MaxValue, $"would give a vector of {input.Count} values");
        return TensorShape.Vector((int)input.Count);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => [];

    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) =>
        new SeparateChannels(this, input.Height * input.Width, constant => constant);
}
