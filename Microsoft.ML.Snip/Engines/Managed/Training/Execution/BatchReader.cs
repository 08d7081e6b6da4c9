using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Planning;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Execution;

/// <summary>
/// Reads the images of a batch, normalises and augments them, and lays them out side by side. Images that are stored as bytes and not
/// augmented are laid out as bytes and normalised on the way; of them, only the values that the network reads are written.
/// </summary>
internal sealed unsafe class BatchReader<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly PixelNormalization _normalization;
    private readonly Augmenter? _augmenter;
    private readonly int _length;
    private readonly int[] _labels;
    private readonly float[] _weights;
    private readonly AlignedArray<float> _images;
    private readonly AlignedArray<byte> _bytes;
    private readonly int _byteStride;
    private readonly AlignedArray<float> _means;
    private readonly AlignedArray<float> _scales;

    /// <param name="shape">The shape of the images.</param>
    /// <param name="hasBytes">Whether the images are stored as bytes.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="augmenter">Changes each image at random; null for no augmentation.</param>
    /// <param name="split">How a batch is split.</param>
    public BatchReader(
        ImageShape shape, bool hasBytes, PixelNormalization normalization, Augmenter? augmenter, BatchSplit split)
    {
        (_normalization, _augmenter) = (normalization, augmenter);
        _length = shape.Count;
        _labels = new int[split.MaxImages];
        _weights = new float[split.MaxImages];
        _byteStride = _length + ByteTranspose.Side;
        bool usesBytes = augmenter is null && hasBytes;

        // All lanes of the last block are read, in whole transpositions, whatever they hold behind the last image.
        long rows = (long)split.MaxImages + split.MaxLanes + ByteTranspose.Side;
        _bytes = new AlignedArray<byte>(usesBytes ? rows * _byteStride : 0);
        _images = new AlignedArray<float>(usesBytes ? 0 : (long)split.MaxImages * _length);
        _means = new AlignedArray<float>(_length);
        _scales = new AlignedArray<float>(_length);
        int area = _length / shape.Channels;
        for (int value = 0; value < _length; value++)
        {
            _means.Span[value] = normalization.Mean[value / area];
            _scales.Span[value] = normalization.Scale[value / area];
        }
    }

    /// <summary>The class of each image of the batch.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>How much each image of the batch counts.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Reads the images of a batch, and augments them.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="random">The random numbers of the augmentation; null without one.</param>
    public void Read(ExampleBatch batch, Random? random)
    {
        ReadOnlySpan<int> examples = batch.Examples.Span;
        for (int image = 0; image < examples.Length; image++)
        {
            (_labels[image], _weights[image]) = (batch.LabelOf(image), batch.WeightOf(image));
            if (_bytes.Length > 0)
            {
                batch.Dataset.TryCopyBytes(examples[image], new Span<byte>(_bytes.Pointer + ((long)image * _byteStride), _length));
            }
            else
            {
                var values = new Span<float>(_images.Pointer + ((long)image * _length), _length);
                batch.Dataset.CopyNormalized(examples[image], _normalization, values);
                _augmenter?.Apply(values, random!);
            }
        }
    }

    /// <summary>Lays out the images of a block. Several threads may do so at the same time.</summary>
    /// <param name="block">The block.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="ranges">The values of an image that the network reads; others are not laid out.</param>
    public void LayOut(in TrainingBlock block, Source input, NumberRange[] ranges)
    {
        float* target = input.ValuesIn(block);
        foreach (NumberRange range in ranges)
        {
            if (_bytes.Length > 0)
            {
                ByteInterleave<TSimd, TVector>.Run(
                    _bytes.Pointer + ((long)block.First * _byteStride), _byteStride, target, block.Lanes, range.Start, range.Length,
                    _means.Pointer, _scales.Pointer);
            }
            else
            {
                Interleave.FromImages(
                    _images.Pointer + ((long)block.First * _length) + range.Start, target + ((long)range.Start * block.Lanes),
                    range.Length, _length, block.Images, block.Lanes);
            }
        }
    }
}
