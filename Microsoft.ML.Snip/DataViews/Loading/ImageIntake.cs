using System.Runtime.ExceptionServices;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>
/// Reads the images of rows and hands them on in the order of the rows. Where reading takes long, because files are decoded, several are
/// read at once, on all of the machine's cores.
/// </summary>
/// <param name="reader">Reads the rows.</param>
/// <param name="add">Takes an image: its class and its raw values, which it must copy.</param>
/// <param name="fault">Takes the fault of an image that cannot be read.</param>
internal sealed class ImageIntake(PixelReader reader, Action<int, float[]> add, Action<Exception> fault)
{
    private readonly PixelNormalization _unchanged = PixelNormalization.Unchanged(reader.Column.Shape.Channels);
    private readonly float[]?[] _raw = new float[reader.Capacity][];
    private readonly int[] _labels = new int[reader.Capacity];
    private readonly Exception?[] _faults = new Exception?[reader.Capacity];
    private int _taken;

    /// <summary>Whether all images that were taken have been handed on.</summary>
    public bool IsEmpty => _taken == 0;

    /// <summary>Takes the image of the row where the reader stands.</summary>
    /// <param name="label">Its class.</param>
    public void Take(int label)
    {
        _labels[_taken] = label;
        _faults[_taken] = null;
        try
        {
            reader.Take(_taken);
        }
        catch (Exception exception) when (UnreadableImages.IsFault(exception))
        {
            _faults[_taken] = exception;
        }

        _taken++;
        if (_taken == reader.Capacity)
        {
            Flush();
        }
    }

    /// <summary>Hands on what has been taken.</summary>
    public void Flush()
    {
        if (reader.DecodesFiles)
        {
            Parallel.For(0, _taken, Write);
        }
        else
        {
            for (int place = 0; place < _taken; place++)
            {
                Write(place);
            }
        }

        for (int place = 0; place < _taken; place++)
        {
            if (_faults[place] is not { } exception)
            {
                add(_labels[place], _raw[place]!);
            }
            else if (UnreadableImages.IsFault(exception))
            {
                fault(exception);
            }
            else
            {
                ExceptionDispatchInfo.Throw(exception);
            }
        }

        _taken = 0;
    }

    private void Write(int place)
    {
        if (_faults[place] is not null)
        {
            return;
        }

        try
        {
            reader.Write(place, _unchanged, _raw[place] ??= new float[reader.Column.Shape.Count]);
        }
#pragma warning disable CA1031 // Thrown, or reported, when it is the row's turn.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _faults[place] = exception;
        }
    }
}
