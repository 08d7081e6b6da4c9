using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>Normalises the images of a block, augments them, and lays them out side by side.</summary>
/// <param name="examples">The data set.</param>
/// <param name="normalization">The normalisation of the pixels.</param>
/// <param name="augmenter">Changes each image at random; null for no augmentation.</param>
/// <param name="maxImages">The largest number of images in a block.</param>
internal sealed unsafe class BatchReader(ImageDataset examples, PixelNormalization normalization, Augmenter? augmenter, int maxImages)
{
    private readonly int _length = examples.Shape.Count;
    private readonly AlignedArray<float> _images = new((long)examples.Shape.Count * maxImages);
    private readonly int[] _labels = new int[maxImages];

    /// <summary>Reads images into the network's input.</summary>
    /// <param name="indices">The indices of the images in the data set.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="ranges">The values of an image that the network reads; others are not laid out.</param>
    /// <param name="block">The block that they make.</param>
    /// <returns>The class of each image, valid until the next call.</returns>
    public ReadOnlySpan<int> Read(ReadOnlySpan<int> indices, Signal input, NumberRange[] ranges, ImageBlock block)
    {
        for (int image = 0; image < indices.Length; image++)
        {
            Span<float> values = _images.Span.Slice(image * _length, _length);
            examples.CopyNormalized(indices[image], normalization, values);
            augmenter?.Apply(values);
            _labels[image] = examples.Labels[indices[image]];
        }

        foreach (NumberRange range in ranges)
        {
            Interleave.FromImages(
                _images.Pointer + range.Start, input.Values.Pointer + ((long)range.Start * block.Lanes), range.Length, _length,
                indices.Length, block.Lanes);
        }

        return _labels.AsSpan(0, indices.Length);
    }
}
