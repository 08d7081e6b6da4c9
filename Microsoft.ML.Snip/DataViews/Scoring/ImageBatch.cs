using System.Runtime.ExceptionServices;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>The normalised images of the rows that are read ahead.</summary>
/// <param name="reader">Reads the rows.</param>
/// <param name="normalization">The normalisation of the pixels.</param>
internal sealed class ImageBatch(PixelReader reader, PixelNormalization normalization)
{
    private readonly int _length = reader.Column.Shape.Count;
    private float[] _images = [];
    private int _taken;
    private int _writtenOfTaken;

    /// <summary>The number of images that are ready to be scored.</summary>
    public int Count { get; private set; }

    /// <summary>The images that are ready to be scored, one after the other.</summary>
    public ReadOnlySpan<float> Images => _images.AsSpan(0, Count * _length);

    /// <summary>Starts a new batch.</summary>
    /// <param name="size">The maximum number of images.</param>
    public void Clear(int size)
    {
        Count = 0;
        _taken = 0;
        _writtenOfTaken = 0;
        if (_images.Length < size * _length)
        {
            _images = GC.AllocateUninitializedArray<float>(size * _length);
        }
    }

    /// <summary>Adds the image of the reader's current row.</summary>
    public void Add()
    {
        reader.Take(_taken);
        _taken++;
        if (_taken == reader.Capacity)
        {
            WriteTaken();
        }
    }

    /// <summary>Prepares the added images for scoring, up to the first that cannot be read.</summary>
    /// <returns>The error of that image, or null.</returns>
    public ExceptionDispatchInfo? Complete()
    {
        try
        {
            WriteTaken();
            return null;
        }
#pragma warning disable CA1031 // The failure belongs to a row that comes later: the cursor throws it there.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return ExceptionDispatchInfo.Capture(failure);
        }
    }

    private void WriteTaken()
    {
        for (; _writtenOfTaken < _taken; _writtenOfTaken++)
        {
            reader.Write(_writtenOfTaken, normalization, _images.AsSpan(Count * _length, _length));
            Count++;
        }

        _taken = 0;
        _writtenOfTaken = 0;
    }
}
