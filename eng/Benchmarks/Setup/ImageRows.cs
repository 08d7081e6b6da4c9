using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Benchmarks.Setup;

/// <summary>Rows of grey images in memory, whose column Image is of one kind.</summary>
/// <param name="Kind">What the column holds.</param>
/// <param name="View">The rows.</param>
/// <param name="Read">
/// Reads the column of all rows and does nothing with it: what the data view itself costs before anything is scored.
/// </param>
internal sealed record ImageRows(string Kind, IDataView View, Action Read)
{
    private const int Side = 28;

    /// <summary>The same images as rows of each kind.</summary>
    /// <param name="mlContext">Makes the data views.</param>
    /// <param name="pixels">The images' values, one image behind the other.</param>
    public static ImageRows[] OfEachKind(MLContext mlContext, byte[] pixels) =>
    [
        Make<FloatRow, VBuffer<float>>(
            "float vectors", mlContext, pixels, example => new FloatRow { Image = Array.ConvertAll(example, value => (float)value) }),
        Make<ByteRow, VBuffer<byte>>("byte vectors", mlContext, pixels, example => new ByteRow { Image = example }),
        Make<ImageRow, MLImage>("MLImage", mlContext, pixels, example => new ImageRow { Image = ToImage(example) }),
    ];

    private static ImageRows Make<TRow, TImage>(string kind, MLContext mlContext, byte[] pixels, Func<byte[], TRow> toRow)
        where TRow : class
    {
        IDataView view = mlContext.Data.LoadFromEnumerable(Array.ConvertAll([.. pixels.Chunk(Side * Side)], example => toRow(example)));
        return new ImageRows(kind, view, () => ReadAll<TImage>(view));
    }

    private static void ReadAll<TImage>(IDataView view)
    {
        DataViewSchema.Column column = view.Schema["Image"];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<TImage> getter = cursor.GetGetter<TImage>(column);
        TImage image = default!;
        while (cursor.MoveNext())
        {
            getter(ref image);
        }
    }

    private static MLImage ToImage(byte[] example)
    {
        byte[] pixels = [.. example.SelectMany(value => new[] { value, value, value, byte.MaxValue })];
        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, pixels);
    }

    private sealed class FloatRow
    {
        [VectorType(1, Side, Side)]
        public float[] Image { get; set; } = [];
    }

    private sealed class ByteRow
    {
        [VectorType(1, Side, Side)]
        public byte[] Image { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [ImageType(Side, Side)]
        public MLImage Image { get; set; } = null!;
    }
}
