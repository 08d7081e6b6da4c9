namespace Microsoft.ML.Snip;

/// <summary>What computes the training steps.</summary>
public enum TrainingEngine
{
    /// <summary>
    /// The managed engine where it trains every layer of the network and few enough connections are kept that it is faster; otherwise
    /// TorchSharp. The choice depends on the network and the mask only, and is logged with its reason.
    /// </summary>
    Auto,

    /// <summary>
    /// Managed code that computes with the kept connections alone, on one thread: the cost of a step follows what is kept. It trains fully
    /// connected networks: <see cref="Networks.Layers.Linear"/> on a vector, ReLU, Dropout and Flatten.
    /// </summary>
    Managed,

    /// <summary>TorchSharp, which trains any network and computes with all connections, pruned ones as zeros.</summary>
    Torch,
}
