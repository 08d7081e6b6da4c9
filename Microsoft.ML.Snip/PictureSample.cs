using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>A few of the training pictures, spread evenly over the rows, normalised: what a trained network is tried on.</summary>
internal sealed class PictureSample
{
    private const int MostPictures = 32;

    private readonly ImageShape _shape;

    public PictureSample(ExampleSet training, PixelNormalization normalization)
    {
        _shape = training.Dataset.Shape;
        Count = Math.Min(MostPictures, training.Count);
        Pixels = new float[Count * _shape.Count];
        for (int at = 0; at < Count; at++)
        {
            int example = training.Examples[(int)((long)at * training.Count / Count)];
            training.Dataset.CopyNormalized(example, normalization, Pixels.AsSpan(at * _shape.Count, _shape.Count));
        }
    }

    public int Count { get; }

    /// <summary>The pictures one behind the other.</summary>
    public float[] Pixels { get; }

    /// <summary>Numbers of one picture.</summary>
    public int PictureLength => _shape.Count;

    /// <summary>All pictures as a new tensor [count, channels, height, width].</summary>
    public Tensor ToTensor() => tensor(Pixels, [Count, _shape.Channels, _shape.Height, _shape.Width]);
}
