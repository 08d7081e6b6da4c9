using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// Keeps the connections of largest absolute weight; looks at no example. A baseline: at initialisation it is often no better than chance.
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
