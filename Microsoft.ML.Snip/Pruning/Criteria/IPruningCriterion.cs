namespace Microsoft.ML.Snip;

/// <summary>
/// Decides which connections of an untrained network matter. The trainer prunes by <see cref="SnipCriterion"/> unless it is given another
/// one.
/// </summary>
public interface IPruningCriterion
{
    /// <summary>What reports call it.</summary>
    string Name { get; }

    /// <summary>Scores each prunable connection: the higher, the more important.</summary>
    /// <param name="context">The network, examples, and what else a criterion may need. The network must be left as it was found.</param>
    /// <returns>
    /// Scores for all of <see cref="PruningContext.FindPrunableParameters"/>, in that order; <c>PruningScores.FromTensors</c> makes
    /// them from tensors.
    /// </returns>
    PruningScores Score(PruningContext context);
}
