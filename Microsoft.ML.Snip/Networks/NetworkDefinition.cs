using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

/// <summary>
/// The definition of a network: an immutable graph of layers. Its shapes are inferred and checked when it is created. Training, prediction
/// and the model file all use this definition.
/// </summary>
[JsonConverter(typeof(NetworkDefinitionConverter))]
public sealed partial class NetworkDefinition
{
    /// <summary>The name of the network's input, a map of <see cref="InputShape"/>.</summary>
    public const string InputName = "input";

    private const int MaxLayers = 4_000;
    private const long MaxNumbers = int.MaxValue;

    private readonly Dictionary<string, TensorShape> _shapes = new(StringComparer.Ordinal);

    /// <summary>Creates a network from layers.</summary>
    /// <param name="name">The network's name in reports; not empty.</param>
    /// <param name="inputShape">The shape of the input images.</param>
    /// <param name="layers">
    /// The layers, each after its input layers; the last one gives the logits, a vector with one value for each class.
    /// </param>
    /// <exception cref="ArgumentException">A shape, a name or an input of a layer is invalid; the message names the layer.</exception>
    public NetworkDefinition(string name, ImageShape inputShape, IEnumerable<Layer> layers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(layers);
        Name = name;
        InputShape = inputShape;
        Layers = [.. layers];
        if (inputShape.Channels <= 0 || inputShape.Height <= 0 || inputShape.Width <= 0
            || (long)inputShape.Channels * inputShape.Height > MaxNumbers / inputShape.Width)
        {
            throw new ArgumentException(
                $"A network needs an image shape with positive sizes and at most {MaxNumbers} values, not {inputShape}.");
        }

        if (Layers.IsEmpty || Layers.Length > MaxLayers)
        {
            throw new ArgumentException($"A network must have 1 to {MaxLayers} layers; '{name}' has {Layers.Length}.");
        }

        if (Layers.Length > 1 && Layers.OfType<RegisteredModule>().FirstOrDefault() is { } whole)
        {
            throw new ArgumentException($"Layer '{whole.Name}' is a registered module; it must be the only layer.");
        }

        _shapes.Add(InputName, TensorShape.Map(inputShape.Channels, inputShape.Height, inputShape.Width));
        var parameters = ImmutableArray.CreateBuilder<NetworkParameter>();
        var unused = new HashSet<string>(StringComparer.Ordinal);
        foreach (Layer layer in Layers)
        {
            CheckName(layer);
            TensorShape[] inputs = [.. layer.Inputs.Select(input => InputOf(layer, input))];
            unused.ExceptWith(layer.Inputs);
            TensorShape output = layer.InferShape(inputs);
            if ((double)output.Channels * output.Height * output.Width > MaxNumbers)
            {
                throw new ArgumentException(
                    $"Layer '{layer.Name}' would give a {output} for an example; the maximum is {MaxNumbers} values.");
            }

            parameters.AddRange(layer.GetParameters(inputs));
            _shapes.Add(layer.Name, output);
            unused.Add(layer.Name);
        }

        unused.Remove(Layers[^1].Name);
        if (unused.Count > 0)
        {
            throw new ArgumentException($"No layer uses the output of layer '{unused.First()}'.");
        }

        TensorShape logits = _shapes[Layers[^1].Name];
        if (logits.Kind != TensorKind.Vector || logits.Channels < 2)
        {
            throw new ArgumentException(
                $"The last layer, '{Layers[^1].Name}', must give a vector of logits, one for each class and at least 2; it gives a "
                + $"{logits}.");
        }

        Parameters = parameters.ToImmutable();
        if (Parameters.Sum(parameter => parameter.Shape.Aggregate(1.0, (product, size) => product * size)) > MaxNumbers)
        {
            throw new ArgumentException($"Network '{name}' has more than {MaxNumbers} parameters.");
        }

        ClassCount = logits.Channels;
    }

    /// <summary>The network's name in reports.</summary>
    public string Name { get; }

    /// <summary>The shape of the input images.</summary>
    public ImageShape InputShape { get; }

    /// <summary>The number of classes: the length of the last layer's output.</summary>
    public int ClassCount { get; }

    /// <summary>The layers, each after its input layers.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>All parameters, layer by layer, in TorchSharp's order, which is also the order of the connections' indices.</summary>
    public ImmutableArray<NetworkParameter> Parameters { get; }

    /// <summary>The registered module that computes the whole network; null for networks of layers.</summary>
    internal RegisteredModule? Module => Layers[0] as RegisteredModule;

    /// <summary>Notes about the creation of the network for the log; not part of the model file.</summary>
    internal ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Starts to build a custom network.</summary>
    /// <param name="name">The network's name in reports.</param>
    /// <param name="inputShape">The shape of the input images.</param>
    /// <example><code>
    /// NetworkDefinition network = NetworkDefinition.Build("mine", new ImageShape(1, 28, 28))
    ///     .Conv2d(16, kernel: 3, padding: 1).ReLU().MaxPool(2)
    ///     .Flatten().Linear(64).ReLU()
    ///     .Linear(10)
    ///     .ToDefinition();
    /// </code></example>
    public static NetworkBuilder Build(string name, ImageShape inputShape) => new(name, inputShape);

    /// <summary>The shape of a layer's output, or of the network's input.</summary>
    /// <param name="layerName">A layer's name, or <see cref="InputName"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    public TensorShape ShapeOf(string layerName) => _shapes[layerName];

    /// <summary>How a layer's output channels depend on its input channels.</summary>
    internal ChannelRule ChannelRuleOf(Layer layer) => layer.GetChannelRule([.. layer.Inputs.Select(ShapeOf)]);

    /// <summary>The network as JSON, the form in which model files store it.</summary>
    public string ToJson() => JsonSerializer.Serialize(NetworkDocument.From(this), NetworkJson.Default.NetworkDocument);

    /// <summary>Creates a network from the JSON that <see cref="ToJson"/> writes.</summary>
    /// <exception cref="ArgumentException">The text describes an invalid network.</exception>
    /// <exception cref="JsonException">The text is not JSON of this form.</exception>
    public static NetworkDefinition FromJson(string json)
    {
        try
        {
            NetworkDocument document = JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkDocument)
                ?? throw new JsonException("A network must be a JSON object, not null.");
            return document.ToDefinition();
        }
        catch (NotSupportedException exception)
        {
            throw new JsonException(exception.Message, exception); // A layer has no kind.
        }
    }

    private TensorShape InputOf(Layer layer, string input) => _shapes.TryGetValue(input, out TensorShape shape)
        ? shape
        : throw new ArgumentException($"Layer '{layer.Name}' takes its input from '{input}', which is not the name of an earlier layer.");

    private void CheckName(Layer layer)
    {
        bool wellFormed = layer.Name is { Length: > 0 and <= 100 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        if (!wellFormed)
        {
            throw new ArgumentException($"'{layer.Name}' is not a valid layer name: it must have 1 to 100 letters, digits, '_' and '-'.");
        }

        if (layer.Name == InputName)
        {
            throw new ArgumentException($"No layer can be named '{InputName}': the name is reserved for the network's input.");
        }

        if (_shapes.ContainsKey(layer.Name))
        {
            throw new ArgumentException($"Two layers are named '{layer.Name}'.");
        }
    }
}
