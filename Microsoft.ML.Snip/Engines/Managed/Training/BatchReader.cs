using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>
/// Normalises the images of a block, augments them, and lays them out side by side. Images that are stored as bytes and not augmented are
/// laid out as bytes and normalised on the way; of them, only the values that the network reads are written.
/// </summary>
internal sealed unsafe class BatchReader<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ImageDataset _dataset;
    private readonly PixelNormalization _normalization;
    private readonly Augmenter? _augmenter;
    private readonly int _length;
    private readonly int[] _labels;
    private readonly AlignedArray<float> _images;
    private readonly AlignedArray<byte> _bytes;
    private readonly int _byteStride;
    private readonly AlignedArray<float> _means;
    private readonly AlignedArray<float> _scales;

    /// <param name="dataset">The data set.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="augmenter">Changes each image at random; null for no augmentation.</param>
    /// <param name="maxLanes">The largest number of images side by side.</param>
    public BatchReader(ImageDataset dataset, PixelNormalization normalization, Augmenter? augmenter, int maxLanes)
    {
        (_dataset, _normalization, _augmenter) = (dataset, normalization, augmenter);
        _length = dataset.Shape.Count;
        _labels = new int[maxLanes];
        _byteStride = _length + ByteTranspose.Side;
        bool usesBytes = augmenter is null && dataset.TryCopyBytes(0, new byte[_length]);
        int rows = (maxLanes + ByteTranspose.Side - 1) / ByteTranspose.Side * ByteTranspose.Side;
        _bytes = new AlignedArray<byte>(usesBytes ? (long)rows * _byteStride : 0);
        _images = new AlignedArray<float>(usesBytes ? 0 : (long)maxLanes * _length);
        _means = new AlignedArray<float>(_length);
        _scales = new AlignedArray<float>(_length);
        int area = _length / dataset.Shape.Channels;
        for (int value = 0; value < _length; value++)
        {
            _means.Span[value] = normalization.Mean[value / area];
            _scales.Span[value] = normalization.Scale[value / area];
        }
    }

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
            _labels[image] = _dataset.Labels[indices[image]];
        }

        if (_bytes.Length > 0)
        {
            ReadBytes(indices, input, ranges, block.Lanes);
        }
        else
        {
            ReadNumbers(indices, input, ranges, block.Lanes);
        }

        return _labels.AsSpan(0, indices.Length);
    }

    private void ReadBytes(ReadOnlySpan<int> indices, Signal input, NumberRange[] ranges, int lanes)
    {
        for (int image = 0; image < indices.Length; image++)
        {
            _dataset.TryCopyBytes(indices[image], _bytes.Span.Slice(image * _byteStride, _length));
        }

        foreach (NumberRange range in ranges)
        {
            ByteInterleave<TSimd, TVector>.Run(
                _bytes.Pointer, _byteStride, input.Values.Pointer, lanes, range.Start, range.Length, _means.Pointer, _scales.Pointer);
        }
    }

    private void ReadNumbers(ReadOnlySpan<int> indices, Signal input, NumberRange[] ranges, int lanes)
    {
        for (int image = 0; image < indices.Length; image++)
        {
            Span<float> values = _images.Span.Slice(image * _length, _length);
            _dataset.CopyNormalized(indices[image], _normalization, values);
            _augmenter?.Apply(values);
        }

        foreach (NumberRange range in ranges)
        {
            Interleave.FromImages(
                _images.Pointer + range.Start, input.Values.Pointer + ((long)range.Start * lanes), range.Length, _length, indices.Length,
                lanes);
        }
    }
}
