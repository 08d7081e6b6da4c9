using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>A copy of a network's weights, patterns and running statistics, to return to.</summary>
internal sealed class KeptWeights(TrainingPlan plan)
{
    private readonly SparsePattern[] _patterns = Array.ConvertAll(plan.Weights, weight => weight.Pattern);
    private readonly float[] _values = plan.Parameters.Values.Span.ToArray();
    private readonly Dictionary<string, float[]> _statistics =
        plan.Statistics.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());

    /// <summary>Makes the copy the network's weights again. The order of the weights follows from the patterns.</summary>
    public void Restore(TrainingPlan target)
    {
        foreach ((WeightParameter weight, SparsePattern pattern) in target.Weights.Zip(_patterns))
        {
            if (weight.Pattern != pattern)
            {
                weight.Plan(pattern);
            }
        }

        _values.CopyTo(target.Parameters.Values.Span);
        foreach ((string name, float[] values) in _statistics)
        {
            values.CopyTo(target.Statistics[name], 0);
        }
    }
}
