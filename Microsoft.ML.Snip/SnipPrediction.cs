namespace Microsoft.ML.Snip;

/// <summary>A model's prediction for one image.</summary>
/// <param name="Label">The most probable class, as text.</param>
/// <param name="ClassIndex">The index of the most probable class among the class names, from 0.</param>
/// <param name="Scores">The probability of each class, in the order of the class names; they sum to 1.</param>
public readonly record struct SnipPrediction(string Label, int ClassIndex, float[] Scores)
{
    /// <summary>The classes as text, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The probability of the most probable class.</summary>
    public float Probability => Scores[ClassIndex];

    /// <summary>
    /// The most probable classes in descending order of probability; equally probable classes are in the order of the class names.
    /// </summary>
    /// <param name="count">The number of classes, at least 1; all classes are returned if there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The prediction was not created by a model: the numbers of class names and scores differ.
    /// </exception>
    public IReadOnlyList<ClassScore> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        IReadOnlyList<string> names = ClassNames ?? [];
        float[] scores = Scores ?? [];
        return names.Count == scores.Length
            ? [.. names.Zip(scores, (name, score) => new ClassScore(name, score)).OrderByDescending(entry => entry.Probability).Take(count)]
            : throw new InvalidOperationException(
                $"The prediction has {scores.Length} scores and {names.Count} class names; the numbers must be equal.");
    }
}

/// <summary>A class and its probability.</summary>
/// <param name="Label">The class, as text.</param>
/// <param name="Probability">The probability of the class.</param>
public readonly record struct ClassScore(string Label, float Probability);
