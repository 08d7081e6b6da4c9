using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>The role of a parameter. Only weights are pruned, and biases on request.</summary>
public enum ParameterRole
{
    /// <summary>Connections: the weights of linear, convolutional and recurrent layers.</summary>
    Weight,

    /// <summary>The biases of such a layer.</summary>
    Bias,

    /// <summary>The trained scale of a normalisation: gamma.</summary>
    Gamma,

    /// <summary>The trained offset of a normalisation: beta.</summary>
    Beta,

    /// <summary>A batch norm's running mean: computed from activations, not trained by gradients.</summary>
    RunningMean,

    /// <summary>A batch norm's running variance: computed from activations, not trained by gradients.</summary>
    RunningVariance,

    /// <summary>Any other tensor that a custom module stores: biases, normalisations, counters.</summary>
    Other,
}

/// <summary>One parameter tensor of a network.</summary>
/// <param name="Name">The layer's name, a dot and the tensor's name in TorchSharp: <c>conv1.weight</c>, <c>rnn.weight_ih_l0</c>.</param>
/// <param name="Layer">The layer's name.</param>
/// <param name="Role">The role of the parameter.</param>
/// <param name="Shape">The dimensions in TorchSharp's order: [out, in] or [out, in, height, width] for weights.</param>
/// <param name="OutputPositions">
/// How often each element is used for one example: the output positions of a convolution, the steps of a sequence, otherwise 1.
/// </param>
public sealed record NetworkParameter(string Name, string Layer, ParameterRole Role, ImmutableArray<int> Shape, long OutputPositions)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The fan-in, the number of inputs of one output: the product of all dimensions except the first.</summary>
    public long FanIn => Shape.Skip(1).Aggregate(1L, (product, size) => checked(product * size));
}
