using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Reads the pixels of a row's image. Each read gives the pixels of the row's current position. To read many rows, first take the images of
/// several rows, then write their pixels.
/// </summary>
internal abstract class PixelReader
{
    /// <summary>
    /// How many files can be taken before they are decoded: several for each core, but few enough that large photographs fit in memory.
    /// </summary>
    private protected static readonly int FilesTaken = Math.Clamp(4 * Environment.ProcessorCount, 8, 32);

    private readonly DataViewRow _row;
    private readonly long[] _positions;
    private readonly PixelNormalization _unchanged;
    private int _transparentCount;

    /// <param name="row">The row, or the cursor.</param>
    /// <param name="column">A column resolved from the row's schema.</param>
    /// <param name="capacity">How many rows can be taken before they are written.</param>
    private protected PixelReader(DataViewRow row, ImageColumn column, int capacity = 1)
    {
        _row = row;
        Column = column;
        _unchanged = PixelNormalization.Unchanged(column.Shape.Channels);
        _positions = new long[capacity];
    }

    /// <summary>The column that is read, with the shape of its pixels.</summary>
    public ImageColumn Column { get; }

    /// <summary>How many rows can be taken before they are written; at least 1.</summary>
    public int Capacity => _positions.Length;

    /// <summary>
    /// Whether <see cref="Write(int, PixelNormalization, Span{float})"/> decodes files. That is slow enough to do on several threads at
    /// once, for different slots.
    /// </summary>
    public virtual bool DecodesFiles => false;

    /// <summary>How many of the written images had transparent parts.</summary>
    public int TransparentCount => _transparentCount;

    /// <summary>Makes the reader for a column of a row in which that column is active.</summary>
    /// <param name="row">The row, or the cursor.</param>
    /// <param name="column">A column resolved from the row's schema.</param>
    public static PixelReader Create(DataViewRow row, ImageColumn column) => column.Kind switch
    {
        ImageColumnKind.Image => (PixelReader?)FilePixelReader.TryCreate(row, column) ?? new ImagePixelReader(row, column),
        ImageColumnKind.EncodedImage => new EncodedPixelReader(row, column),
        ImageColumnKind.Bytes => new BytePixelReader(row, column),
        _ => new NumberPixelReader(row, column),
    };

    /// <summary>Reads the pixels of the current row.</summary>
    /// <param name="raw">Receives channels x height x width values: 0 to 255 from images and bytes, otherwise unchanged.</param>
    /// <exception cref="FormatException">The bytes of an encoded image are not an image.</exception>
    /// <exception cref="InvalidOperationException">
    /// The image is missing, a vector has the wrong length, or a value is not finite.
    /// </exception>
    public void Read(Span<float> raw) => ReadNormalized(_unchanged, raw);

    /// <summary>Reads the pixels of the current row, normalised for the network.</summary>
    /// <param name="normalization">The model's normalisation.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read"/>.</exception>
    public void ReadNormalized(PixelNormalization normalization, Span<float> destination)
    {
        Take(0);
        Write(0, normalization, destination);
    }

    /// <summary>Takes the current row's image, to write its pixels later.</summary>
    /// <param name="slot">The slot, 0 to <see cref="Capacity"/> - 1; an image in it is replaced.</param>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read"/>.</exception>
    public void Take(int slot)
    {
        _positions[slot] = _row.Position;
        TakeCurrent(slot);
    }

    /// <summary>Writes the pixels of an image that was taken; the row may have moved on.</summary>
    /// <param name="slot">The slot of the image.</param>
    /// <param name="normalization">The model's normalisation.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read"/>.</exception>
    public abstract void Write(int slot, PixelNormalization normalization, Span<float> destination);

    private protected abstract void TakeCurrent(int slot);

    /// <summary>Writes the pixels of an image.</summary>
    private protected void Write(MLImage image, PixelNormalization normalization, Span<float> destination) =>
        Count(Column.Images.Read(image, normalization, destination));

    /// <summary>Writes the pixels of an image file.</summary>
    /// <returns>What is wrong with its bytes; null if they were decoded.</returns>
    private protected string? TryDecode(ReadOnlySpan<byte> file, PixelNormalization normalization, Span<float> destination)
    {
        string? fault = Column.Images.TryDecode(file, normalization, destination, out bool isTransparent);
        Count(isTransparent);
        return fault;
    }

    private protected ValueGetter<T> GetGetter<T>() => _row.GetGetter<T>(_row.Schema[Column.Name]);

    /// <summary>"Image column 'x', row 7: ...", counting rows from 0.</summary>
    private protected Exception BadValue(int slot, string found) => Contracts.Except(Describe(slot, found));

    private protected Exception BadImage(int slot, string found) => Contracts.ExceptDecode(Describe(slot, found));

    private void Count(bool isTransparent)
    {
        if (isTransparent)
        {
            Interlocked.Increment(ref _transparentCount);
        }
    }

    /// <summary>Only the rows of a cursor have a number that is useful to the caller; a prediction engine passes single rows.</summary>
    private string Describe(int slot, string found)
    {
        string row = _row is DataViewRowCursor ? $", row {_positions[slot]} (counted from 0)" : string.Empty;
        return $"Image column '{Column.Name}'{row}: {found}";
    }
}
