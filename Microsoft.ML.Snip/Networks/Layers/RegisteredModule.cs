using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// A whole network that only a module of the user's own can compute: image in, logits out. The definition knows a name and what the module
/// stores, never a type; the program that loads a model says which code the name stands for. No other layer can stand beside it.
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Input">Always the network's input.</param>
/// <param name="RegisteredName">The name under which a program registers the module's factory.</param>
/// <param name="Classes">Length of the logits.</param>
/// <param name="Tensors">Parameters and buffers in the module's order, by the module's own names.</param>
internal sealed record RegisteredModule(string Name, string Input, string RegisteredName, int Classes, ImmutableArray<ModuleTensor> Tensors)
    : SingleInputLayer(Name, Input)
{
    internal override TResult Accept<TResult>(ILayerVisitor<TResult> visitor) => visitor.Visit(this);

    private const int MaxDimensions = 8;
    private const int LongestName = 100;

    /// <summary>Whether a name can be registered: it is written in files and messages.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private protected override TensorShape InferShape(TensorShape input)
    {
        Require(Input == NetworkDefinition.InputName, "takes the network's input and nothing else");
        Require(IsName(RegisteredName), $"needs a name of 1 to {LongestName} letters, digits, '_', '-' and '.'");
        Require(Classes > 0, "needs a positive number of classes");
        Require(
            !Tensors.IsDefaultOrEmpty && Tensors.All(IsWellFormed),
            $"needs tensors that have a name, at most {MaxDimensions} positive dimensions, and two or more if they are weights");
        Require(Tensors.DistinctBy(tensor => tensor.Name, StringComparer.Ordinal).Count() == Tensors.Length, "has two tensors of one name");
        return TensorShape.Vector(Classes);
    }

    private protected override IEnumerable<NetworkParameter> GetParameters(TensorShape input) => Tensors.Select(
        tensor => new NetworkParameter(tensor.Name, Name, tensor.IsWeight ? ParameterRole.Weight : ParameterRole.Other, tensor.Shape, tensor.OutputPositions));

    private static bool IsWellFormed(ModuleTensor? tensor) =>
        tensor is { Name: { Length: > 0 }, Shape: { IsDefault: false, Length: <= MaxDimensions }, OutputPositions: > 0 }
        && tensor.Shape.All(size => size > 0) && (!tensor.IsWeight || tensor.Shape.Length >= 2);

    /// <summary>What the module does is not known: the cost is that of its input and output.</summary>
    private protected override double CountOperations(TensorShape input) => CountNumbers(input);

    private protected override ChannelRule GetChannelRule(TensorShape input) => new OpaqueChannels(this);
}

/// <summary>A parameter or buffer of a module.</summary>
/// <param name="Name">Its name in the module's state dictionary.</param>
/// <param name="IsWeight">
/// Whether it holds connections: a parameter of two dimensions or more. Of these only the kept ones are stored.
/// </param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="OutputPositions">How often one image uses each element, as far as it could be measured; else 1.</param>
internal sealed record ModuleTensor(
    string Name, bool IsWeight, ImmutableArray<int> Shape, [property: JsonPropertyName("uses")] long OutputPositions);
