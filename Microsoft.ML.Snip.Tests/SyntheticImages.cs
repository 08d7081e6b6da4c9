using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Small images that are easy to tell apart: noise, and a bright 6x6 square whose place is the class.</summary>
internal static class SyntheticImages
{
    public const int Side = 16;

    public static readonly string[] ClassNames = ["top left", "top right", "bottom left"];

    private static readonly (int Y, int X)[] Corners = [(1, 1), (1, 9), (9, 1)];

    public static IDataView AsVectors(MLContext mlContext, int count, int seed = 1) =>
        mlContext.Data.LoadFromEnumerable(
            Draw(count, seed).Select(image => new VectorRow { Image = image.Pixels, Label = image.Label }).ToArray());

    public static IDataView AsBytes(MLContext mlContext, int count, int seed = 1) =>
        mlContext.Data.LoadFromEnumerable(Draw(count, seed).Select(
            image => new ByteRow { Image = Array.ConvertAll(image.Pixels, value => (byte)value), Label = image.Label }).ToArray());

    public static IDataView AsImages(MLContext mlContext, int count, int seed = 1) =>
        mlContext.Data.LoadFromEnumerable(
            Draw(count, seed).Select(image => new ImageRow { Image = ToImage(image.Pixels), Label = image.Label }).ToArray());

    public static IEnumerable<(float[] Pixels, string Label)> Draw(int count, int seed)
    {
        var random = new Random(seed);
        for (int number = 0; number < count; number++)
        {
            int label = number % ClassNames.Length;
            var pixels = new float[Side * Side];
            for (int index = 0; index < pixels.Length; index++)
            {
                pixels[index] = random.Next(60);
            }

            for (int y = 0; y < 6; y++)
            {
                for (int x = 0; x < 6; x++)
                {
                    pixels[((Corners[label].Y + y) * Side) + Corners[label].X + x] = 150 + random.Next(100);
                }
            }

            yield return (pixels, ClassNames[label]);
        }
    }

    public static MLImage ToImage(float[] pixels)
    {
        var bytes = new byte[4 * pixels.Length];
        for (int index = 0; index < pixels.Length; index++)
        {
            bytes.AsSpan(4 * index, 3).Fill((byte)pixels[index]);
            bytes[(4 * index) + 3] = 255;
        }

        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, bytes);
    }

    public sealed class VectorRow
    {
        [VectorType(1, Side, Side)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    public sealed class ByteRow
    {
        [VectorType(1, Side, Side)]
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = string.Empty;
    }

    public sealed class ImageRow
    {
        [ImageType(Side, Side)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = string.Empty;
    }

    public sealed class Prediction
    {
        public string PredictedLabel { get; set; } = string.Empty;

        public float[] Score { get; set; } = [];
    }
}
