using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>What a parameter is for; only weights, and biases if asked, are ever pruned.</summary>
public enum ParameterRole
{
    /// <summary>Connections: the weights of linear, convolutional and recurrent layers.</summary>
    Weight,

    /// <summary>Biases of such a layer.</summary>
    Bias,

    /// <summary>The trained scale of a norm: gamma.</summary>
    Gamma,

    /// <summary>The trained offset of a norm: beta.</summary>
    Beta,

    /// <summary>A batch norm's running mean: learned from activations, not by gradients.</summary>
    RunningMean,

    /// <summary>A batch norm's running variance: learned from activations, not by gradients.</summary>
    RunningVariance,

    /// <summary>Anything else that a module of one's own stores: biases, norms, counters.</summary>
    Other,
}

/// <summary>One parameter tensor of a network.</summary>
/// <param name="Name">The layer's name, a dot and the tensor's name in TorchSharp: <c>conv1.weight</c>, <c>rnn.weight_ih_l0</c>.</param>
/// <param name="Layer">The layer's name.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Shape">Its dimensions in TorchSharp's order: [out, in] or [out, in, height, width] for weights.</param>
/// <param name="OutputPositions">
/// How often one example uses each element: output positions of a convolution, steps of a sequence, else 1.
/// </param>
public sealed record NetworkParameter(string Name, string Layer, ParameterRole Role, ImmutableArray<int> Shape, long OutputPositions)
{
    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Inputs of one output: the product of all dimensions but the first.</summary>
    public long FanIn => Shape.Skip(1).Aggregate(1L, (product, size) => checked(product * size));
}
