namespace Microsoft.ML.Snip;

/// <summary>SNIP: keeps the connections to which the loss is most sensitive; see <see cref="ConnectionSensitivity"/>.</summary>
public sealed class SnipCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name => "SNIP";

    /// <summary>
    /// Whether batch norms use the statistics of each batch. By default they use their running statistics, as in the authors' code.
    /// </summary>
    public bool BatchStatistics { get; init; }

    /// <inheritdoc/>
    public PruningScores Score(PruningContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ConnectionSensitivity.Score(context.Network, context.Batches, context.IncludeBiases, context.IsPrunable, BatchStatistics);
    }
}
