using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Microsoft.ML.Snip.Benchmarks.Fits;

/// <summary>
/// A fit on more pictures than fit into the cache: JPEG files of 64 x 64 pixels in colour, in a folder for each class, which are decoded
/// again for each pass. Says how many pictures a second each pass reads, and how much memory the process has at most.
/// </summary>
internal static class StreamingBenchmark
{
    private const int Side = 64, Classes = 10, CacheMegabytes = 256, Epochs = 2;

    /// <param name="folder">Where the pictures are generated; they stay, and are used again if there are as many.</param>
    /// <param name="pictures">The number of pictures.</param>
    public static void Run(string folder, int pictures)
    {
        Generate(folder, pictures);
        Console.WriteLine($"CPU: {Machine.CpuName()}, {Environment.ProcessorCount} logical cores");
        var mlContext = new MLContext(1);
        IDataView data = mlContext.Snip().LoadImageFolder(folder);
        long before = PeakMemory.Restart();
        var clock = Stopwatch.StartNew();
        TimeSpan first = default, last = default;
        int epoch = 0;
        var options = new PrunedImageClassificationTrainer.Options
        {
            Architecture = NetworkArchitecture.SmallCnn,
            ImageShape = new ImageShape(3, Side, Side),
            Sparsity = 0.98,
            Epochs = Epochs,
            CacheMegabytes = CacheMegabytes,
            Seed = 1,
            Progress = new Receiver(progress =>
            {
                if (progress.Epoch > epoch)
                {
                    Tell(epoch == 0 ? "first passes" : $"epoch {epoch}", clock.Elapsed - last, pictures);
                    (epoch, last) = (progress.Epoch, clock.Elapsed);
                    first = first == default ? clock.Elapsed : first;
                }
            }),
        };
        mlContext.Log += (_, entry) =>
        {
            if (entry.Message.Contains("Read ", StringComparison.Ordinal)
                || entry.Message.Contains("CacheMegabytes", StringComparison.Ordinal))
            {
                Console.WriteLine(entry.Message);
            }
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
        PrunedImageClassificationTransformer model = pipeline.Fit(data).LastTransformer;
        Tell($"epoch {epoch}", clock.Elapsed - last, pictures);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{pictures} pictures, {(long)pictures * 3 * Side * Side / (1 << 20)} MB decoded, cache {CacheMegabytes} MB; peak memory "
            + $"{PeakMemory.Bytes() >> 20} MB ({before >> 20} MB before the fit); accuracy in the last epoch "
            + $"{model.History.Epochs[^1].Accuracy:F4}"));
    }

    private static void Tell(string what, TimeSpan time, int pictures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:F0} s, {pictures / time.TotalSeconds:F0} pictures/s"));

    /// <summary>Noise with a bright square whose place is the class.</summary>
    private static void Generate(string folder, int pictures)
    {
        string marker = Path.Combine(folder, $"{pictures} pictures.txt");
        if (File.Exists(marker))
        {
            return;
        }

        for (int label = 0; label < Classes; label++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"class {label}"));
        }

        Parallel.For(0, pictures, number =>
        {
            var random = new Random(number);
            int label = number % Classes;
            using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
            var pixels = new byte[4 * Side * Side];
            random.NextBytes(pixels);
            for (int pixel = 0; pixel < Side * Side; pixel++)
            {
                bool bright = (pixel / Side / 21 * 3) + (pixel % Side / 21) == label;
                foreach (ref byte value in pixels.AsSpan(4 * pixel, 3))
                {
                    value = (byte)((value / 4) + (bright ? 150 : 40));
                }

                pixels[(4 * pixel) + 3] = byte.MaxValue;
            }

            Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
            using SKData file = bitmap.Encode(SKEncodedImageFormat.Jpeg, 60);
            File.WriteAllBytes(Path.Combine(folder, $"class {label}", $"{number}.jpg"), file.ToArray());
        });
        File.WriteAllText(marker, "All pictures are there.");
    }

    private sealed class Receiver(Action<TrainingProgress> receive) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => receive(value);
    }
}
