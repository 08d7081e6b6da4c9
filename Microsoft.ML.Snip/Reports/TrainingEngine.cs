namespace Microsoft.ML.Snip;

/// <summary>What computes the training steps.</summary>
public enum TrainingEngine
{
    /// <summary>
    /// The managed engine where it trains every layer of the network and is estimated to be faster with the connections that are kept;
    /// otherwise TorchSharp. The choice depends on the network, the mask and the number of threads only, and is logged with its reason.
    /// </summary>
    Auto,

    /// <summary>
    /// Managed code that computes with the kept connections alone: the cost of a step follows what is kept. It trains all networks but
    /// those with group or layer normalisation, concatenations, products of layers or modules of one's own, and does not prune biases.
    /// </summary>
    Managed,

    /// <summary>TorchSharp, which trains any network and computes with all connections, pruned ones as zeros.</summary>
    Torch,
}
