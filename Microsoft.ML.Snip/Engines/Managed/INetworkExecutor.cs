namespace Microsoft.ML.Snip.Engines.Managed;

/// <summary>Predicts with a trained network; safe for concurrent use by any number of threads.</summary>
internal interface INetworkExecutor
{
    /// <summary>The largest number of threads that one call uses, including the caller's; at least 1.</summary>
    int MaxThreads { get; set; }

    /// <summary>Predicts a batch of any size.</summary>
    /// <param name="images">The normalised images, one after the other, each channel by channel and row by row.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="output">Receives the logits or probabilities: one value for each class of each image.</param>
    /// <exception cref="ArgumentException">The length of a span does not match the count.</exception>
    void Predict(ReadOnlySpan<float> images, int count, Span<float> output);
}
