using Microsoft.ML;
using Microsoft.ML.Data;

namespace RetainedConnectionsSample;

/// <summary>An image's brightness, row by row, from 0 to 1, and its class.</summary>
internal sealed class ImageRow
{
    [VectorType(1, FashionMnist.Side, FashionMnist.Side)]
    public float[] Image { get; set; } = [];

    public string Label { get; set; } = string.Empty;
}

/// <summary>The images to score and to train on: the shipped 10,000, or the training set in a folder.</summary>
internal sealed record FashionMnist(ImageRow[] Images)
{
    /// <summary>Rows, and pixels in a row.</summary>
    public const int Side = 28;

    /// <summary>The classes in the order of their numbers.</summary>
    public static string[] ClassNames { get; } =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    public static FashionMnist Load(string? folder)
    {
        var mlContext = new MLContext(0);
        string part = folder is null ? "t10k" : "train";
        folder ??= Path.Combine(AppContext.BaseDirectory, "fashion-mnist");
        IDataView rows = mlContext.Snip().LoadIdx(
            Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), ClassNames);
        return new FashionMnist([.. mlContext.Data.CreateEnumerable<Row>(rows, reuseRowObject: false).Select(ToImage)]);
    }

    private static ImageRow ToImage(Row row)
    {
        using MLImage image = row.Image;
        ReadOnlySpan<byte> pixels = image.Pixels;
        var brightness = new float[Side * Side];
        for (int pixel = 0; pixel < brightness.Length; pixel++)
        {
            brightness[pixel] = pixels[4 * pixel] / 255f;
        }

        return new ImageRow { Image = brightness, Label = row.Label };
    }

    private sealed class Row
    {
        [Microsoft.ML.Transforms.Image.ImageType(Side, Side)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = string.Empty;
    }
}
