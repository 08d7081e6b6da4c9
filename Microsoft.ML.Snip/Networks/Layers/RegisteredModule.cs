using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// A custom module that computes a whole network, from the image to the logits. The definition contains the module's registered name and
/// its tensors, but no type: the program that loads a model registers the code for the name. It must be the only layer of its network.
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Input">The network's input, always.</param>
/// <param name="RegisteredName">The name under which a program registers the module's factory.</param>
/// <param name="Classes">The number of classes, the length of the logits.</param>
/// <param name="Tensors">The parameters and buffers, in the module's order and with the module's names.</param>
internal sealed record RegisteredModule(string Name, string Input, string RegisteredName, int Classes, ImmutableArray<ModuleTensor> Tensors)
    : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private const int MaxDimensions = 8;
    private const int LongestName = 100;

    /// <summary>Whether a name can be registered; names are written to files and messages.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(Input == NetworkDefinition.InputName, "must have the network's input as its only input");
        Require(IsName(RegisteredName), $"needs a name of 1 to {LongestName} letters, digits, '_', '-' and '.'");
        Require(Classes > 0, "needs a positive number of classes");
        Require(
            !Tensors.IsDefaultOrEmpty && Tensors.All(IsWellFormed),
            $"needs tensors that have a name, at most {MaxDimensions} positive dimensions, and two or more if they are weights");
        Require(Tensors.DistinctBy(tensor => tensor.Name, StringComparer.Ordinal).Count() == Tensors.Length, "has two tensors with the "
            + "same name");
        return TensorShape.Vector(Classes);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => Tensors.Select(
        tensor => new NetworkParameter(
            tensor.Name, Name, tensor.IsWeight ? ParameterRole.Weight : ParameterRole.Other, tensor.Shape, tensor.OutputPositions));

    private static bool IsWellFormed(ModuleTensor? tensor) =>
        tensor is { Name: { Length: > 0 }, Shape: { IsDefault: false, Length: <= MaxDimensions }, OutputPositions: > 0 }
        && tensor.Shape.All(size => size > 0) && (!tensor.IsWeight || tensor.Shape.Length >= 2);

    /// <summary>The operations of the module are not known: the cost is that of its input and output.</summary>
    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new OpaqueChannels(this);
}

/// <summary>A parameter or buffer of a module.</summary>
/// <param name="Name">The name in the module's state dictionary.</param>
/// <param name="IsWeight">
/// Whether the tensor's elements are connections: it is a parameter with two or more dimensions. Only kept connections are stored.
/// </param>
/// <param name="Shape">The dimensions.</param>
/// <param name="OutputPositions">How often each element is used for one image, if it could be measured; otherwise 1.</param>
internal sealed record ModuleTensor(
    string Name, bool IsWeight, ImmutableArray<int> Shape, [property: JsonPropertyName("uses")] long OutputPositions);
