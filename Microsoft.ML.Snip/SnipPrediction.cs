namespace Microsoft.ML.Snip;

/// <summary>What a model says of one picture.</summary>
/// <param name="Label">The most probable class, as text.</param>
/// <param name="ClassIndex">Its place among the class names, from 0.</param>
/// <param name="Scores">The probability of each class, in the order of the class names; they sum to 1.</param>
public readonly record struct SnipPrediction(string Label, int ClassIndex, float[] Scores)
{
    /// <summary>The probability of the most probable class.</summary>
    public float Probability => Scores[ClassIndex];
}
