using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.Common;

namespace QuickStart;

/// <summary>Predicts a few images one by one and draws them side by side in the terminal.</summary>
internal static class ImageGallery
{
    private const string Shades = " .:-=+*#%@";

    public static void Show(MLContext mlContext, ITransformer model, IDataView test, int count)
    {
        using PredictionEngine<FashionMnistImage, Prediction> engine =
            mlContext.Model.CreatePredictionEngine<FashionMnistImage, Prediction>(model, test.Schema);
        var drawings = new List<string[]>();
        foreach (FashionMnistImage example in mlContext.Data.CreateEnumerable<FashionMnistImage>(test, reuseRowObject: false).Take(count))
        {
            Prediction prediction = engine.Predict(example);
            float confidence = prediction.Score.Max();
            drawings.Add([
                .. Draw(example.Image),
                $"{prediction.PredictedLabel} ({confidence:P0})",
                prediction.PredictedLabel == example.Label ? "right" : $"wrong: {example.Label}"]);
        }

        for (int line = 0; line < drawings.Max(drawing => drawing.Length); line++)
        {
            Console.WriteLine(string.Join("  ", drawings.Select(drawing => drawing[line].PadRight(28))).TrimEnd());
        }
    }

    /// <summary>One character for two pixels, one below the other.</summary>
    private static IEnumerable<string> Draw(MLImage image)
    {
        byte[] pixels = image.Pixels.ToArray();
        for (int y = 0; y + 1 < image.Height; y += 2)
        {
            var line = new StringBuilder(image.Width);
            for (int x = 0; x < image.Width; x++)
            {
                int brightness = (pixels[4 * ((y * image.Width) + x)] + pixels[4 * (((y + 1) * image.Width) + x)]) / 2;
                line.Append(Shades[brightness * (Shades.Length - 1) / 255]);
            }

            yield return line.ToString();
        }
    }
}
