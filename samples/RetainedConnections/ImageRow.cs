using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Samples.Common;

namespace RetainedConnectionsSample;

/// <summary>An image's brightness, row by row, from 0 to 1, and its class.</summary>
internal sealed class ImageRow
{
    [VectorType(1, FashionMnist.Side, FashionMnist.Side)]
    public float[] Image { get; set; } = [];

    public string Label { get; set; } = string.Empty;

    /// <summary>The images to score and to train on: the shipped 10,000, or the training set in a folder.</summary>
    public static ImageRow[] Load(string? folder)
    {
        var mlContext = new MLContext(0);
        IDataView rows = folder is null
            ? FashionMnist.LoadShipped(mlContext, FashionMnist.ClassNames)
            : FashionMnist.LoadPart(mlContext, folder, DatasetPart.Training);
        return [.. mlContext.Data.CreateEnumerable<FashionMnistImage>(rows, reuseRowObject: false).Select(ToRow)];
    }

    private static ImageRow ToRow(FashionMnistImage row)
    {
        using MLImage image = row.Image;
        ReadOnlySpan<byte> pixels = image.Pixels;
        var brightness = new float[FashionMnist.Side * FashionMnist.Side];
        for (int pixel = 0; pixel < brightness.Length; pixel++)
        {
            brightness[pixel] = pixels[4 * pixel] / 255f;
        }

        return new ImageRow { Image = brightness, Label = row.Label };
    }
}
