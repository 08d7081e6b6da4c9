using Microsoft.ML.Snip.Data;

namespace Microsoft.ML.Snip.Interop;

/// <summary>The pictures of rows that are read ahead, as the network takes them.</summary>
/// <param name="reader">Reads the rows.</param>
/// <param name="normalization">How the network takes pixels.</param>
/// <param name="size">The most pictures.</param>
internal sealed class PictureBatch(PixelReader reader, PixelNormalization normalization, int size)
{
    private readonly int _length = reader.Column.Shape.Count;
    private readonly float[] _pictures = new float[size * reader.Column.Shape.Count];
    private int _written;
    private int _taken;

    /// <summary>Adds the picture of the row where the reader stands.</summary>
    public void Add()
    {
        reader.Take(_taken++);
        if (_taken == reader.Capacity)
        {
            WriteTaken();
        }
    }

    /// <summary>The pictures that were added, one behind the other.</summary>
    public ReadOnlySpan<float> Complete()
    {
        WriteTaken();
        return _pictures.AsSpan(0, _written * _length);
    }

    /// <summary>Begins a new batch.</summary>
    public void Clear()
    {
        _written = 0;
        _taken = 0;
    }

    private void WriteTaken()
    {
        for (int place = 0; place < _taken; place++)
        {
            reader.Write(place, normalization, _pictures.AsSpan(_written++ * _length, _length));
        }

        _taken = 0;
    }
}
