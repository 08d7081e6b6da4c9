namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>
/// The kind of TorchSharp operations with which a <see cref="TorchNetwork"/> computes; all kinds have the same parameters.
/// </summary>
internal enum TorchForm
{
    /// <summary>
    /// The operations that are correct on this machine: <see cref="Padded"/> where libtorch's plain convolutions are wrong, otherwise
    /// TorchSharp's convolutions. An LSTM is computed step by step.
    /// </summary>
    Correct,

    /// <summary>Convolutions with added channels of zeros, which are correct on every machine; an LSTM is computed step by step.</summary>
    Padded,

    /// <summary>TorchSharp's own layers, even if their results are wrong, for comparison in benchmarks.</summary>
    Plain,
}
