namespace Microsoft.ML.Snip;

/// <summary>What a model says of one image.</summary>
/// <param name="Label">The most probable class, as text.</param>
/// <param name="ClassIndex">Its place among the class names, from 0.</param>
/// <param name="Scores">The probability of each class, in the order of the class names; they sum to 1.</param>
public readonly record struct SnipPrediction(string Label, int ClassIndex, float[] Scores)
{
    /// <summary>The classes as text, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The probability of the most probable class.</summary>
    public float Probability => Scores[ClassIndex];

    /// <summary>The most probable classes, the most probable first; of equals the one that comes first among the class names.</summary>
    /// <param name="count">How many, at least 1; all classes if there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The prediction was not made by a model: it has not as many class names as scores.
    /// </exception>
    public IReadOnlyList<ClassScore> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        IReadOnlyList<string> names = ClassNames ?? [];
        float[] scores = Scores ?? [];
        return names.Count == scores.Length
            ? [.. names.Zip(scores, (name, score) => new ClassScore(name, score)).OrderByDescending(entry => entry.Probability).Take(count)]
            : throw new InvalidOperationException(
                $"The prediction has {scores.Length} scores and {names.Count} class names; predictions of a model have as many.");
    }
}

/// <summary>A class and its probability.</summary>
/// <param name="Label">The class, as text.</param>
/// <param name="Probability">Its probability.</param>
public readonly record struct ClassScore(string Label, float Probability);
