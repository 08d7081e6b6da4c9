using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// One layer of a <see cref="NetworkDefinition"/>: an immutable record with a name and the names of its inputs. It defines its output
/// shape, parameters, cost, and how output channels depend on input channels.
/// </summary>
/// <remarks>
/// New kinds of layers cannot be added outside this library: model files, training, compaction and prediction need code for each kind. For
/// other computations use a custom TorchSharp module (<see cref="PrunedImageClassificationTrainer.Options.ModuleFactory"/>).
/// </remarks>
/// <param name="Name">A name that is unique in the network: letters, digits, '_' and '-', at most 100.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "layer", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Conv2d), "conv2d")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(BatchNorm), "batchNorm")]
[JsonDerivedType(typeof(GroupNorm), "groupNorm")]
[JsonDerivedType(typeof(LayerNorm), "layerNorm")]
[JsonDerivedType(typeof(ReLU), "relu")]
[JsonDerivedType(typeof(Activation), "activation")]
[JsonDerivedType(typeof(MaxPool), "maxPool")]
[JsonDerivedType(typeof(AvgPool), "avgPool")]
[JsonDerivedType(typeof(GlobalAveragePool), "globalAveragePool")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(Dropout), "dropout")]
[JsonDerivedType(typeof(Dropout2d), "dropout2d")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(Multiply), "multiply")]
[JsonDerivedType(typeof(Concat), "concat")]
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
    /// <exception cref="ArgumentException">The layer's settings are invalid, or do not fit the input shapes.</exception>
    internal abstract TensorShape InferShape(IReadOnlyList<TensorShape> inputs);

    /// <summary>The layer's parameters in TorchSharp's order, for inputs that <see cref="InferShape"/> accepted.</summary>
    internal abstract IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs);

    /// <summary>
    /// The number of operations for one example, without the products with kept weights: the cost of the layer even if it keeps no weights.
    /// In double precision, because sizes may come from a file.
    /// </summary>
    internal abstract double CountOperations(IReadOnlyList<TensorShape> inputs);

    /// <summary>How output channels depend on input channels.</summary>
    internal abstract ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs);

    /// <summary>The same layer with other inputs, of the same number.</summary>
    internal abstract Layer WithInputs(IReadOnlyList<string> inputs);

    /// <summary>Calls the visitor's method for this kind of layer.</summary>
    internal abstract TResult Accept<TResult>(ILayerVisitor<TResult> visitor);

    private protected NetworkParameter Weight(string name, long uses, params ImmutableArray<int> shape) =>
        new($"{Name}.{name}", Name, ParameterRole.Weight, shape, uses);

    private protected NetworkParameter Vector(string name, ParameterRole role, int length, long uses) =>
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

    internal sealed override IEnumerable<NetworkParameter> GetParameters(IReadOnlyList<TensorShape> inputs) => GetParameters(inputs[0]);

    internal sealed override double CountOperations(IReadOnlyList<TensorShape> inputs) => CountOperations(inputs[0]);

    internal sealed override ChannelRule GetChannelRule(IReadOnlyList<TensorShape> inputs) => GetChannelRule(inputs[0]);

    internal sealed override Layer WithInputs(IReadOnlyList<string> inputs) => this with { Input = inputs[0] };

    private protected abstract TensorShape InferShape(TensorShape input);

    private protected abstract IEnumerable<NetworkParameter> GetParameters(TensorShape input);

    private protected abstract double CountOperations(TensorShape input);

    private protected abstract ChannelRule GetChannelRule(TensorShape input);

    /// <summary>The cost of reading each value of the input and writing each value of the output.</summary>
    private protected double CountNumbers(TensorShape input) => (double)input.Count + InferShape(input).Count;
}
