using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>A few normalised training images, spread evenly over the rows, on which a trained network is checked.</summary>
internal sealed class ImageSample
{
    private const int MaxImages = 32;

    /// <param name="training">The training set.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="check">Called now and then if pixels have to be read again; throws to stop.</param>
    public ImageSample(ExampleSet training, PixelNormalization normalization, Action check)
    {
        Shape = training.Dataset.Shape;
        Count = Math.Min(MaxImages, training.Count);
        Pixels = new float[Count * Shape.Count];
        int[] spread = [.. Enumerable.Range(0, Count).Select(at => training.Examples[(int)((long)at * training.Count / Count)])];
        ExampleSet images = training.Dataset.Load(spread, check);
        for (int at = 0; at < Count; at++)
        {
            images.Dataset.CopyNormalized(images.Examples[at], normalization, Pixels.AsSpan(at * Shape.Count, Shape.Count));
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
