using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

/// <summary>What the rows of a data set hold.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Label">Its label.</param>
/// <param name="Colours">Its pixels, each 0xRRGGBB.</param>
internal sealed record ImageRow(ulong Id, string Label, int[] Colours)
{
    /// <summary>Reads all rows, shuffled if a generator is given.</summary>
    public static ImageRow[] ReadAll(IDataView view, Random? random = null)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, random);
        ValueGetter<MLImage> images = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        ValueGetter<ReadOnlyMemory<char>> labels = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        ValueGetter<DataViewRowId> ids = cursor.GetIdGetter();
        MLImage image = null!;
        ReadOnlyMemory<char> label = default;
        DataViewRowId id = default;
        var rows = new List<ImageRow>();
        while (cursor.MoveNext())
        {
            images(ref image);
            labels(ref label);
            ids(ref id);
            rows.Add(new ImageRow(id.Low, label.ToString(), ColoursOf(image)));
        }

        image?.Dispose();
        return [.. rows];
    }

    private static int[] ColoursOf(MLImage image)
    {
        (int red, int blue) = image.PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        ReadOnlySpan<byte> bytes = image.Pixels;
        var colours = new int[image.Width * image.Height];
        for (int i = 0; i < colours.Length; i++)
        {
            colours[i] = (bytes[(4 * i) + red] << 16) | (bytes[(4 * i) + 1] << 8) | bytes[(4 * i) + blue];
        }

        return colours;
    }
}
