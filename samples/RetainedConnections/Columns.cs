using Microsoft.ML.Snip;
using Samples.Common;
using TorchSharp;
using static TorchSharp.torch;

namespace RetainedConnectionsSample;

/// <summary>One column of the sheet.</summary>
/// <param name="Heading">The class, or what stands for all of them.</param>
/// <param name="MeanImage">The mean brightness of each pixel over the column's images, from 0 to 1.</param>
/// <param name="Retained">
/// For each of <see cref="Columns.Sparsities"/>, the share of hidden units that each pixel stays connected to, from 0 to 1.
/// </param>
internal sealed record Column(string Heading, float[] MeanImage, float[][] Retained);

/// <summary>
/// Prunes a network with fresh weights by images of all classes, and by those of one class alone. As in the SNIP paper's figure, a pixel's
/// value is the mask of the first layer averaged over the hidden units; here also over several draws of initial weights, each with 100
/// images of its own.
/// </summary>
internal static class Columns
{
    /// <summary>The paper's batch for 28x28 images.</summary>
    private const int BatchSize = 100;

    /// <summary>The sparsities of the sheet's rows.</summary>
    public static double[] Sparsities { get; } = [0.9, 0.95, 0.98, 0.99, 0.995];

    /// <param name="images">Images of all classes.</param>
    /// <param name="draws">How many draws of initial weights.</param>
    public static IEnumerable<Column> Make(ImageRow[] images, int draws)
    {
        // A network as small as this is slower on several threads.
        set_num_threads(1);
        (float mean, float deviation) = Normalization(images);
        yield return Make("all classes", images, draws, mean, deviation);
        foreach (string className in FashionMnist.ClassNames)
        {
            ImageRow[] ofClass = Array.FindAll(images, image => image.Label == className);
            if (ofClass.Length == 0)
            {
                throw new InvalidOperationException($"There is no image of class '{className}'.");
            }

            yield return Make(className, ofClass, draws, mean, deviation);
        }
    }

    private static Column Make(string heading, ImageRow[] images, int draws, float mean, float deviation)
    {
        var retained = Array.ConvertAll(Sparsities, _ => new float[FashionMnist.Side * FashionMnist.Side]);
        for (int draw = 0; draw < draws; draw++)
        {
            using DisposeScope scope = NewDisposeScope();
            using var generator = new Generator((ulong)draw, CPU);
            using nn.Module<Tensor, Tensor> network = FreshNetwork.Draw(generator);
            ImageRow[] batch = Sample(images, new Random(draw));
            Tensor inputs = stack(batch.Select(image => tensor(image.Image))).sub(mean).div(deviation);
            Tensor labels = tensor(Array.ConvertAll(batch, image => (long)Array.IndexOf(FashionMnist.ClassNames, image.Label)));
            PruningScores scores = ConnectionSensitivity.Score(network, inputs, labels);
            for (int row = 0; row < Sparsities.Length; row++)
            {
                Add(retained[row], PruningMask.Select(scores, Sparsities[row]), weight: 1f / (FreshNetwork.HiddenUnits * draws));
            }
        }

        return new Column(heading, MeanOf(images), retained);
    }

    private static void Add(float[] sums, PruningMask mask, float weight)
    {
        ReadOnlySpan<bool> kept = mask.KeptOf(FreshNetwork.FirstWeight);
        for (int index = 0; index < kept.Length; index++)
        {
            sums[index % sums.Length] += kept[index] ? weight : 0;
        }
    }

    private static ImageRow[] Sample(ImageRow[] images, Random random)
    {
        ImageRow[] shuffled = [.. images];
        random.Shuffle(shuffled);
        return shuffled.Length <= BatchSize ? shuffled : shuffled[..BatchSize];
    }

    private static float[] MeanOf(ImageRow[] images) =>
        [.. Enumerable.Range(0, FashionMnist.Side * FashionMnist.Side).Select(pixel => images.Average(image => image.Image[pixel]))];

    /// <summary>The mean and the standard deviation of all pixels of all images.</summary>
    private static (float Mean, float Deviation) Normalization(ImageRow[] images)
    {
        double sum = 0, squares = 0;
        foreach (float value in images.SelectMany(image => image.Image))
        {
            sum += value;
            squares += (double)value * value;
        }

        double count = images.Sum(image => (long)image.Image.Length), mean = sum / count;
        return ((float)mean, (float)Math.Sqrt((squares / count) - (mean * mean)));
    }
}
