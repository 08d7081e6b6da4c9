using System.Runtime.ExceptionServices;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>
/// Reads the images of rows and passes them on in the order of the rows. Image files are decoded in parallel, on all cores of the machine.
/// </summary>
/// <param name="reader">Reads the rows.</param>
/// <param name="add">Receives a row and the raw values of its image, which it must copy.</param>
/// <param name="fault">Receives the error of an image that cannot be read.</param>
internal sealed class ImageIntake(PixelReader reader, Action<LabelledRow, float[]> add, Action<Exception> fault)
{
    private readonly PixelNormalization _unchanged = PixelNormalization.Unchanged(reader.Column.Shape.Channels);
    private readonly float[]?[] _raw = new float[reader.Capacity][];
    private readonly LabelledRow[] _rows = new LabelledRow[reader.Capacity];
    private readonly Exception?[] _faults = new Exception?[reader.Capacity];
    private int _taken;

    /// <summary>Whether all images that were taken have been passed on.</summary>
    public bool IsEmpty => _taken == 0;

    /// <summary>Takes the image of the reader's current row.</summary>
    /// <param name="row">What the row has besides.</param>
    public void Take(LabelledRow row)
    {
        _rows[_taken] = row;
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

    /// <summary>Passes on the images that were taken.</summary>
    public void Flush()
    {
        if (reader.DecodesFiles)
        {
            Parallel.For(0, _taken, Write);
        }
        else
        {
            for (int slot = 0; slot < _taken; slot++)
            {
                Write(slot);
            }
        }

        for (int slot = 0; slot < _taken; slot++)
        {
            if (_faults[slot] is not { } exception)
            {
                add(_rows[slot], _raw[slot]!);
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

    private void Write(int slot)
    {
        if (_faults[slot] is not null)
        {
            return;
        }

        try
        {
            reader.Write(slot, _unchanged, _raw[slot] ??= new float[reader.Column.Shape.Count]);
        }
#pragma warning disable CA1031 // Thrown, or reported, in the order of the rows.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _faults[slot] = exception;
        }
    }
}
