namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>By which of TorchSharp's operations a <see cref="TorchNetwork"/> computes; all forms have the same parameters.</summary>
internal enum TorchForm
{
    /// <summary>What is right on this machine: <see cref="Padded"/> where libtorch's plain convolutions are wrong.</summary>
    Right,

    /// <summary>Convolutions with zeros for further channels, which are right on every machine; an LSTM step by step.</summary>
    Padded,

    /// <summary>TorchSharp's own layers, right or wrong, as whoever uses TorchSharp alone has them: what benchmarks compare with.</summary>
    Plain,
}
