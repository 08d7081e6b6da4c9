namespace Microsoft.ML.Snip.Engines.Managed;

/// <summary>Predicts with a trained network; safe for any number of threads at once.</summary>
internal interface INetworkExecutor
{
    /// <summary>Predicts a batch of any size.</summary>
    /// <param name="images">The images one behind the other, each channel by channel and row by row, normalised.</param>
    /// <param name="count">How many images.</param>
    /// <param name="output">Takes the logits or probabilities: as many numbers an image as there are classes.</param>
    /// <exception cref="ArgumentException">A span has another length than the count says.</exception>
    void Predict(ReadOnlySpan<float> images, int count, Span<float> output);
}
