namespace Microsoft.ML.Snip;

/// <summary>
/// A pruning criterion: scores the importance of the connections of an untrained network. The trainer uses <see cref="SnipCriterion"/> by
/// default.
/// </summary>
public interface IPruningCriterion
{
    /// <summary>The criterion's name in messages.</summary>
    string Name { get; }

    /// <summary>Scores each prunable connection: the higher, the more important.</summary>
    /// <param name="context">The network, the examples and further settings. The criterion must not change the network.</param>
    /// <returns>
    /// Scores for all of <see cref="PruningContext.FindPrunableParameters"/>, in that order; <c>PruningScores.FromTensors</c> creates them
    /// from tensors.
    /// </returns>
    PruningScores Score(PruningContext context);
}
