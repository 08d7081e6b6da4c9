using Microsoft.ML.Data;

namespace Microsoft.ML.Snip;

/// <summary>Reads the rows of an <see cref="ImageSource"/>, one at a time, for one cursor.</summary>
public abstract class ImageReader : IDisposable
{
    /// <summary>Goes to a row: any if the source has random access, else the one after the last.</summary>
    /// <param name="row">The row, counted from 0; below <see cref="ImageSource.Count"/>.</param>
    public abstract void MoveTo(int row);

    /// <summary>
    /// Checks that the files end after their last row; called after the last row if rows are read in order from the first.
    /// </summary>
    public virtual void CheckEnd()
    {
    }

    /// <summary>The image of the row; a new object for each call.</summary>
    /// <exception cref="FormatException">The file does not hold a valid image.</exception>
    public abstract MLImage ReadImage();

    /// <summary>The label of the row.</summary>
    /// <exception cref="FormatException">The file does not hold a valid label.</exception>
    public abstract string ReadLabel();

    /// <summary>Closes what was opened.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what was opened.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected abstract void Dispose(bool disposing);
}
