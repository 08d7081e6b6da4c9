using Microsoft.ML.Snip.Images.InMemory;

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
    /// <param name="training">The training set.</param>
    public static float[]? Of(this ClassWeighting weighting, ExampleSet training)
    {
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
}
