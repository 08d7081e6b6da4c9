using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>A few normalised training images, spread evenly over the rows, on which a trained network is checked.</summary>
internal sealed class ImageSample
{
    private const int MaxImages = 32;

    public ImageSample(ExampleSet training, PixelNormalization normalization)
    {
        Shape = training.Dataset.Shape;
        Count = Math.Min(MaxImages, training.Count);
        Pixels = new float[Count * Shape.Count];
        for (int at = 0; at < Count; at++)
        {
            int example = training.Examples[(int)((long)at * training.Count / Count)];
            training.Dataset.CopyNormalized(example, normalization, Pixels.AsSpan(at * Shape.Count, Shape.Count));
        }
    }

    public int Count { get; }

    /// <summary>The images, one after the other.</summary>
    public float[] Pixels { get; }

    /// <summary>The shape of an image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The number of values in one image.</summary>
    public int ImageLength => Shape.Count;
}
