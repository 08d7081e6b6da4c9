using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>One layer of a <see cref="NetworkDefinition"/>: an immutable record that names itself and its inputs.</summary>
/// <param name="Name">A name that is unique in the network: letters, digits, '_' and '-', at most 100.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "layer", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Conv2d), "conv2d")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(BatchNorm), "batchNorm")]
[JsonDerivedType(typeof(ReLU), "relu")]
[JsonDerivedType(typeof(MaxPool), "maxPool")]
[JsonDerivedType(typeof(AvgPool), "avgPool")]
[JsonDerivedType(typeof(GlobalAveragePool), "globalAveragePool")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(Dropout), "dropout")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(RowsAsSequence), "rowsAsSequence")]
[JsonDerivedType(typeof(Lstm), "lstm")]
[JsonDerivedType(typeof(Gru), "gru")]
[JsonDerivedType(typeof(LastStep), "lastStep")]
[JsonDerivedType(typeof(RegisteredModule), "registeredModule")]
public abstract record Layer(string Name)
{
    /// <summary>The layers, or the network's input, whose outputs this layer takes.</summary>
    [JsonIgnore]
    public abstract ImmutableArray<string> Inputs { get; }

    /// <summary>The shape of the output.</summary>
    /// <exception cref="ArgumentException">The layer's settings, or the shapes it is given, make no sense.</exception>
    internal abstract TensorShape InferShape(IReadOnlyList<TensorShape> inputs);

    /// <summary>The layer's parameters in TorchSharp's order, for inputs that <see cref="InferShape"/> accepted.</summary>
    internal virtual IEnumerable<Parameter> GetParameters(IReadOnlyList<TensorShape> inputs) => [];

    private protected Parameter Weight(string name, long uses, params ImmutableArray<int> shape) =>
        new($"{Name}.{name}", Name, ParameterRole.Weight, shape, uses);

    private protected Parameter Vector(string name, ParameterRole role, int length, long uses) =>
        new($"{Name}.{name}", Name, role, [length], uses);

    private protected void Require(bool condition, string expectation)
    {
        if (!condition)
        {
            throw Mistake(expectation);
        }
    }

    private protected void RequireKind(TensorShape input, TensorKind kind)
    {
        if (input.Kind != kind)
        {
            throw Mistake($"takes a {kind.ToString().ToLowerInvariant()}, but its input is a {input}");
        }
    }

    private protected ArgumentException Mistake(string text) => new($"Layer '{Name}' ({GetType().Name}) {text}.");
}

/// <summary>A layer with one input.</summary>
/// <param name="Name">The layer's unique name.</param>
/// <param name="Input">The layer whose output it takes, or <see cref="NetworkDefinition.InputName"/>.</param>
public abstract record SingleInputLayer(string Name, string Input) : Layer(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<string> Inputs => [Input];

    internal sealed override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => InferShape(inputs[0]);

    internal sealed override IEnumerable<Parameter> GetParameters(IReadOnlyList<TensorShape> inputs) => GetParameters(inputs[0]);

    private protected abstract TensorShape InferShape(TensorShape input);

    private protected virtual IEnumerable<Parameter> GetParameters(TensorShape input) => [];
}
