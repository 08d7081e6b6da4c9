using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>The batches that connections are scored on; the same, to the last augmented pixel, each time they are gone through.</summary>
/// <param name="sample">The examples.</param>
/// <param name="normalization">How pixels are normalised.</param>
/// <param name="batchSize">Examples in a batch; the last one may have fewer.</param>
/// <param name="createAugmenter">Makes what changes the images, anew for each pass; null to leave them as they are.</param>
/// <param name="checkAlive">Called before each batch; throws to cancel.</param>
internal sealed class ScoringBatches(
    ExampleSet sample, PixelNormalization normalization, int batchSize, Func<Augmenter>? createAugmenter, Action checkAlive) : IDisposable
{
    private readonly BatchTensors _tensors = new(sample.Dataset, normalization, Math.Min(batchSize, sample.Count));

    /// <summary>Batch after batch, each valid until the next.</summary>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Read()
    {
        Augmenter? augmenter = createAugmenter?.Invoke();
        for (int start = 0; start < sample.Count; start += batchSize)
        {
            checkAlive();
            yield return _tensors.Fill(sample.Examples.AsSpan(start, Math.Min(batchSize, sample.Count - start)), augmenter);
        }
    }

    public void Dispose() => _tensors.Dispose();
}
