using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

/// <summary>What the rows of a data set hold.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Label">Its label.</param>
/// <param name="Colours">Its pixels, each 0xRRGGBB.</param>
internal sealed record PictureRow(ulong Id, string Label, int[] Colours)
{
    /// <summary>Reads all rows, shuffled if a generator is given.</summary>
    public static PictureRow[] ReadAll(IDataView view, Random? random = null)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, random);
        ValueGetter<MLImage> pictures = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        ValueGetter<ReadOnlyMemory<char>> labels = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        ValueGetter<DataViewRowId> ids = cursor.GetIdGetter();
        MLImage picture = null!;
        ReadOnlyMemory<char> label = default;
        DataViewRowId id = default;
        var rows = new List<PictureRow>();
        while (cursor.MoveNext())
        {
            pictures(ref picture);
            labels(ref label);
            ids(ref id);
            rows.Add(new PictureRow(id.Low, label.ToString(), ColoursOf(picture)));
        }

        picture?.Dispose();
        return [.. rows];
    }

    private static int[] ColoursOf(MLImage picture)
    {
        (int red, int blue) = picture.PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        ReadOnlySpan<byte> bytes = picture.Pixels;
        var colours = new int[picture.Width * picture.Height];
        for (int i = 0; i < colours.Length; i++)
        {
            colours[i] = (bytes[(4 * i) + red] << 16) | (bytes[(4 * i) + 1] << 8) | bytes[(4 * i) + blue];
        }

        return colours;
    }
}
