using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>The batches on which connections are scored. Each pass gives the same batches, augmentation included.</summary>
/// <param name="sample">The examples.</param>
/// <param name="normalization">The normalisation of the pixels.</param>
/// <param name="batchSize">The number of examples in a batch; the last batch may have fewer.</param>
/// <param name="augmenter">Changes the images; null for no augmentation.</param>
/// <param name="createRandom">Creates the random numbers of the augmentation, the same ones for each pass.</param>
/// <param name="checkAlive">Called before each batch; throws to cancel.</param>
internal sealed class ScoringBatches(
    ExampleSet sample, PixelNormalization normalization, int batchSize, Augmenter? augmenter, Func<Random> createRandom,
    Action checkAlive) : IDisposable
{
    private readonly BatchTensors _tensors = new(sample.Dataset.Shape, normalization, Math.Min(batchSize, sample.Count));

    /// <summary>Reads the batches; each is valid until the next is read.</summary>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Read()
    {
        Random random = createRandom();
        for (int start = 0; start < sample.Count; start += batchSize)
        {
            checkAlive();
            yield return _tensors.Fill(sample.Take(start, Math.Min(batchSize, sample.Count - start)), augmenter, random);
        }
    }

    public void Dispose() => _tensors.Dispose();
}
