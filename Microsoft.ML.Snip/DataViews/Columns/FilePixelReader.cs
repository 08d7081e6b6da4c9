using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Sources;
using Microsoft.ML.Snip.Images.DataSets;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Pixels of a data set's image files, read without an <see cref="MLImage"/> between, which would hold all pixels of large files: so they
/// are the same that a file's bytes give.
/// </summary>
internal sealed class FilePixelReader : PixelReader
{
    private readonly ImageCursor _cursor;
    private readonly ImageFile[] _files;
    private readonly byte[][] _bytes;

    private FilePixelReader(DataViewRow row, ImageColumn column, ImageCursor cursor)
        : base(row, column, FilesTaken)
    {
        _cursor = cursor;
        _files = new ImageFile[Capacity];
        _bytes = new byte[Capacity][];
    }

    public override bool DecodesFiles => true;

    /// <summary>
    /// Makes a reader if the column comes from image files as it is; else null. Transforms hand on the getter of a column that they leave
    /// alone, and a getter knows the cursor that it belongs to.
    /// </summary>
    public static FilePixelReader? TryCreate(DataViewRow row, ImageColumn column) =>
        row.GetGetter<MLImage>(row.Schema[column.Name]).Target is ImageCursor { HasFiles: true } cursor
            ? new FilePixelReader(row, column, cursor)
            : null;

    public override void Write(int place, PixelNormalization normalization, Span<float> destination)
    {
        if (TryDecode(_bytes[place], normalization, destination) is string fault)
        {
            throw Contracts.ExceptDecode($"'{_files[place].Path}': the {_bytes[place].Length} bytes {fault}.");
        }
    }

    private protected override void TakeCurrent(int place) => _bytes[place] = _cursor.ReadFile(out _files[place]);
}
