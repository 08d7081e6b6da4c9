using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Sources;
using Microsoft.ML.Snip.Images.DataSets;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Reads the pixels of a data set's image files directly. It does not create an <see cref="MLImage"/>, which would hold all pixels of a
/// large image. The pixels are the same as those decoded from a column with the file's bytes.
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
    /// Makes a reader if the column comes unchanged from image files; otherwise null. Transforms pass on the getter of a column that they
    /// do not change, and the getter's target is the cursor that it belongs to.
    /// </summary>
    public static FilePixelReader? TryCreate(DataViewRow row, ImageColumn column) =>
        row.GetGetter<MLImage>(row.Schema[column.Name]).Target is ImageCursor { HasFiles: true } cursor
            ? new FilePixelReader(row, column, cursor)
            : null;

    public override void Write(int slot, PixelNormalization normalization, Span<float> destination)
    {
        if (TryDecode(_bytes[slot], normalization, destination) is string fault)
        {
            throw Contracts.ExceptDecode($"'{_files[slot].Path}': the {_bytes[slot].Length} bytes {fault}.");
        }
    }

    private protected override void TakeCurrent(int slot) => _bytes[slot] = _cursor.ReadFile(out _files[slot]);
}
