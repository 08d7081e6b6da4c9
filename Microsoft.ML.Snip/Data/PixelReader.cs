using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.Data;

/// <summary>Reads the pixels of a row's image. Follows the row: each read gives the pixels where the row stands now.</summary>
internal abstract class PixelReader
{
    private readonly DataViewRow _row;

    private protected PixelReader(DataViewRow row, ImageColumn column)
    {
        _row = row;
        Column = column;
    }

    /// <summary>What is read, and in which shape.</summary>
    public ImageColumn Column { get; }

    /// <summary>Makes the reader for a column of a row in which that column is active.</summary>
    /// <param name="row">The row, or the cursor.</param>
    /// <param name="column">A column resolved from the row's schema.</param>
    public static PixelReader Create(DataViewRow row, ImageColumn column) => column.Kind switch
    {
        ImageColumnKind.Picture => new PicturePixelReader(row, column),
        ImageColumnKind.EncodedPicture => new EncodedPixelReader(row, column),
        ImageColumnKind.Bytes => new BytePixelReader(row, column),
        _ => new NumberPixelReader(row, column),
    };

    /// <summary>Reads the pixels of the current row.</summary>
    /// <param name="raw">Receives channels x height x width values: 0 to 255 from pictures and bytes, else as they are.</param>
    /// <exception cref="FormatException">The bytes of an encoded picture are not a picture.</exception>
    /// <exception cref="InvalidOperationException">The picture is missing, a vector has the wrong length, or a number is not finite.</exception>
    public abstract void Read(Span<float> raw);

    /// <summary>Reads the pixels of the current row as the network takes them.</summary>
    /// <param name="normalization">The model's normalisation.</param>
    /// <param name="destination">Receives channels x height x width values.</param>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read"/>.</exception>
    public virtual void ReadNormalized(PixelNormalization normalization, Span<float> destination)
    {
        Read(destination);
        normalization.Apply(destination, destination);
    }

    private protected ValueGetter<T> GetGetter<T>() => _row.GetGetter<T>(_row.Schema[Column.Name]);

    /// <summary>Throws if a vector is not as long as the shape needs.</summary>
    private protected void CheckLength(int length)
    {
        if (length != Column.Shape.Count)
        {
            throw BadValue($"the vector has {length} numbers; the shape {Column.Shape} needs {Column.Shape.Count}.");
        }
    }

    /// <summary>"Image column 'x', row 7: ...", counting rows from 0.</summary>
    private protected Exception BadValue(string found) => Contracts.Except(Describe(found));

    private protected Exception BadPicture(string found) => Contracts.ExceptDecode(Describe(found));

    private string Describe(string found) => $"Image column '{Column.Name}', row {_row.Position} (counted from 0): {found}";
}
