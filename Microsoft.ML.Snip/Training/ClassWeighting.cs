using System.Collections.Immutable;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip;

/// <summary>How much the classes count in the training loss.</summary>
public enum ClassWeighting
{
    /// <summary>Every image counts the same.</summary>
    None,

    /// <summary>
    /// Every class counts the same: an image counts n / (k * m), with n the number of training images, k that of the classes that occur and
    /// m that of the images of its class.
    /// </summary>
    Balanced,
}

/// <summary>The arithmetic of <see cref="ClassWeighting"/>.</summary>
internal static class ClassWeightings
{
    /// <summary>The weight of each class; null if all are 1.</summary>
    /// <param name="weighting">How classes count.</param>
    /// <param name="given">The weights of some classes; the others count 1. Empty if <paramref name="weighting"/> counts.</param>
    /// <param name="training">The training set.</param>
    /// <exception cref="ArgumentException">There is no such class, or the class of each image has weight 0.</exception>
    public static float[]? Of(this ClassWeighting weighting, ClassWeight[] given, ExampleSet training)
    {
        if (given.Length > 0)
        {
            return Of(given, training);
        }

        if (weighting == ClassWeighting.None)
        {
            return null;
        }

        var counts = new int[training.Dataset.Classes.Count];
        foreach (int example in training.Examples)
        {
            counts[training.Dataset.Labels[example]]++;
        }

        double share = (double)training.Count / counts.Count(count => count > 0);
        return Array.ConvertAll(counts, count => count == 0 ? 0 : (float)(share / count));
    }

    private static float[] Of(ClassWeight[] given, ExampleSet training)
    {
        ImmutableArray<string> names = training.Dataset.Classes.Names;
        float[] weights = [.. Enumerable.Repeat(1f, names.Length)];
        foreach ((string name, double weight) in given)
        {
            int index = names.IndexOf(name);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"ClassWeights has a weight for '{name}', which is not a class of the training data; the classes are "
                    + $"{string.Join(", ", names)}.");
            }

            weights[index] = (float)weight;
        }

        return training.Examples.Any(example => weights[training.Dataset.Labels[example]] > 0)
            ? weights
            : throw new ArgumentException("ClassWeights gives the class of each training image the weight 0; nothing would be learned.");
    }
}
