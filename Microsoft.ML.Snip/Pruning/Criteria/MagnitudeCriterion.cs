using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// Keeps the connections with the largest absolute weights; uses no examples. A baseline: at initialisation it is often no better than
/// random pruning.
/// </summary>
public sealed class MagnitudeCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name => "magnitude";

    /// <inheritdoc/>
    public PruningScores Score(PruningContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            return PruningScores.FromTensors(context.FindPrunableParameters().Select(entry => (entry.Name, entry.Parameter.abs())));
        }
    }
}
