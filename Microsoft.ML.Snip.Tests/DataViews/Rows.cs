using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews;

/// <summary>Rows that tests make data views of, and small images.</summary>
internal static class Rows
{
    /// <summary>An image 2 pixels wide and 1 high.</summary>
    public sealed class ImageRow
    {
        [ImageType(1, 2)]
        public MLImage? Image { get; set; }

        public string? Label { get; set; }
    }

    public sealed class File
    {
        public byte[]? Image { get; set; }
    }

    public sealed class Numbers
    {
        [VectorType(4)]
        public float[]? Image { get; set; }

        public string? Label { get; set; }
    }

    public sealed class Bytes
    {
        [VectorType(4)]
        public byte[]? Image { get; set; }

        public string? Label { get; set; }
    }

    public sealed class AnyNumbers
    {
        public float[]? Image { get; set; }
    }

    public static MLContext Context { get; } = new(seed: 1);

    public static IDataView View<T>(params T[] rows)
        where T : class => Context.Data.LoadFromEnumerable(rows);

    /// <summary>With a column Label of keys, in the order in which the labels first occur.</summary>
    public static IDataView Keyed<T>(params T[] rows)
        where T : class => Context.Transforms.Conversion.MapValueToKey("Label").Fit(View(rows)).Transform(View(rows));

    /// <summary>A row of pixels, each 0xRRGGBB.</summary>
    public static MLImage Pixels(params int[] colours) => Pixels(colours.Length, MLPixelFormat.Bgra32, byte.MaxValue, colours);

    public static MLImage Pixels(int width, MLPixelFormat format, byte alpha, params int[] colours)
    {
        var bytes = new byte[4 * colours.Length];
        for (int i = 0; i < colours.Length; i++)
        {
            byte[] rgb = [(byte)(colours[i] >> 16), (byte)(colours[i] >> 8), (byte)colours[i]];
            bool blueFirst = format == MLPixelFormat.Bgra32;
            bytes[4 * i] = blueFirst ? rgb[2] : rgb[0];
            bytes[(4 * i) + 1] = rgb[1];
            bytes[(4 * i) + 2] = blueFirst ? rgb[0] : rgb[2];
            bytes[(4 * i) + 3] = alpha;
        }

        return MLImage.CreateFromPixels(width, colours.Length / width, format, bytes);
    }
}
