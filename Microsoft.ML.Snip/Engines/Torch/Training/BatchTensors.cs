using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Copies batches of a data set into one pair of tensors, which is created once: images [batch, channels, height, width] and class indices
/// [batch].
/// </summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly ImageDataset _dataset;
    private readonly PixelNormalization _normalization;
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public BatchTensors(ImageDataset dataset, PixelNormalization normalization, int batchSize)
    {
        _dataset = dataset;
        _normalization = normalization;
        ImageShape shape = dataset.Shape;
        _images = empty([batchSize, shape.Channels, shape.Height, shape.Width], float32).DetachFromDisposeScope();
        _labels = empty([batchSize], int64).DetachFromDisposeScope();
    }

    /// <summary>
    /// Fills the tensors with the given examples, at most the batch size, and returns views of them, valid until the next call.
    /// </summary>
    /// <param name="examples">The indices of the examples.</param>
    /// <param name="augmenter">Changes each image at random; null for no augmentation.</param>
    public (Tensor Images, Tensor Labels) Fill(ReadOnlySpan<int> examples, Augmenter? augmenter = null)
    {
        int size = _dataset.Shape.Count;
        Span<float> images = MemoryMarshal.Cast<byte, float>(_images.bytes);
        Span<long> labels = MemoryMarshal.Cast<byte, long>(_labels.bytes);
        for (int at = 0; at < examples.Length; at++)
        {
            Span<float> image = images.Slice(at * size, size);
            _dataset.CopyNormalized(examples[at], _normalization, image);
            augmenter?.Apply(image);
            labels[at] = _dataset.Labels[examples[at]];
        }

        return (_images.narrow(0, 0, examples.Length), _labels.narrow(0, 0, examples.Length));
    }

    public void Dispose()
    {
        _images.Dispose();
        _labels.Dispose();
    }
}
