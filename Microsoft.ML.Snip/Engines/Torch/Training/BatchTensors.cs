using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Copies batches into one pair of tensors, which is created once: images [batch, channels, height, width] and class indices [batch]. For a
/// GPU they are copied on.
/// </summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly int _imageLength;
    private readonly PixelNormalization _normalization;
    private readonly Device _device;
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly Tensor _weights;

    public BatchTensors(ImageShape shape, PixelNormalization normalization, int batchSize, Device? device = null)
    {
        _device = device ?? CPU;
        _imageLength = shape.Count;
        _normalization = normalization;
        _images = empty([batchSize, shape.Channels, shape.Height, shape.Width], float32).DetachFromDisposeScope();
        _labels = empty([batchSize], int64).DetachFromDisposeScope();
        _weights = empty([batchSize], float32).DetachFromDisposeScope();
    }

    /// <summary>
    /// Fills the tensors with the given examples, at most the batch size, and returns views of them, valid until the next call.
    /// </summary>
    /// <param name="batch">The examples.</param>
    /// <param name="augmenter">Changes each image at random; null for no augmentation.</param>
    /// <param name="random">The random numbers of the augmentation.</param>
    public (Tensor Images, Tensor Labels) Fill(ExampleBatch batch, Augmenter? augmenter = null, Random? random = null)
    {
        Span<float> images = MemoryMarshal.Cast<byte, float>(_images.bytes);
        Span<long> labels = MemoryMarshal.Cast<byte, long>(_labels.bytes);
        for (int at = 0; at < batch.Count; at++)
        {
            Span<float> image = images.Slice(at * _imageLength, _imageLength);
            batch.Dataset.CopyNormalized(batch.Examples.Span[at], _normalization, image);
            augmenter?.Apply(image, random!);
            labels[at] = batch.LabelOf(at);
        }

        return (_images.narrow(0, 0, batch.Count).to(_device), _labels.narrow(0, 0, batch.Count).to(_device));
    }

    /// <summary>How much each example of the last batch counts, a view that is valid until the next call of <see cref="Fill"/>.</summary>
    /// <param name="batch">The last batch.</param>
    public Tensor WeightsOf(ExampleBatch batch)
    {
        Span<float> weights = MemoryMarshal.Cast<byte, float>(_weights.bytes);
        for (int at = 0; at < batch.Count; at++)
        {
            weights[at] = batch.WeightOf(at);
        }

        return _weights.narrow(0, 0, batch.Count).to(_device);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
