using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>Copies the numbers of a plan out and back, in the order of the patterns instead of that of the slots.</summary>
/// <param name="plan">The plan.</param>
/// <param name="masked">The names of the weights that the mask covers.</param>
internal sealed class PlanState(TrainingPlan plan, IReadOnlySet<string> masked)
{
    /// <summary>The trained parameters.</summary>
    /// <param name="withOptimizer">Whether to copy the optimizer's state too.</param>
    public Dictionary<string, ParameterState> ReadParameters(bool withOptimizer)
    {
        ParameterSet numbers = plan.Parameters;
        var states = new Dictionary<string, ParameterState>(StringComparer.Ordinal);
        foreach (WeightParameter weight in plan.Weights)
        {
            states.Add(weight.Name, Read(weight.Read));
        }

        foreach (ParameterRange range in plan.Vectors)
        {
            states.Add(range.Name, Read(array => range.In(array).ToArray()));
        }

        return states;

        ParameterState Read(Func<AlignedArray<float>, float[]> read) => new(
            read(numbers.Values),
            withOptimizer ? read(numbers.Means) : [],
            withOptimizer && numbers.MeanSquares.Length > 0 ? read(numbers.MeanSquares) : []);
    }

    /// <summary>The running statistics as bytes.</summary>
    public Dictionary<string, byte[]> ReadStatistics() =>
        plan.Statistics.ToDictionary(entry => entry.Key, entry => MemoryMarshal.AsBytes<float>(entry.Value).ToArray());

    /// <summary>Takes over patterns and numbers.</summary>
    public void Write(NetworkState state)
    {
        ParameterSet numbers = plan.Parameters;
        foreach (WeightParameter weight in plan.Weights)
        {
            if (masked.Contains(weight.Name))
            {
                var pattern = SparsePattern.FromMask(state.Mask.KeptOf(weight.Name), weight.Pattern.Rows, weight.Pattern.Columns);
                if (!pattern.HasSameConnections(weight.Pattern))
                {
                    weight.Plan(pattern);
                }
            }

            Write(state.Parameters[weight.Name], weight.Pattern.KeptCount, weight.Write);
        }

        foreach (ParameterRange range in plan.Vectors)
        {
            Write(state.Parameters[range.Name], range.Count, (array, source) => source.CopyTo(range.In(array)));
        }

        foreach ((string name, float[] statistics) in plan.Statistics)
        {
            state.Buffers[name].CopyTo(MemoryMarshal.AsBytes(statistics.AsSpan()));
        }

        void Write(ParameterState parameter, int count, NumberWriter write)
        {
            write(numbers.Values, parameter.Values);
            write(numbers.Means, parameter.Means.Length == 0 ? new float[count] : parameter.Means);
            if (numbers.MeanSquares.Length > 0)
            {
                write(numbers.MeanSquares, parameter.MeanSquares.Length == 0 ? new float[count] : parameter.MeanSquares);
            }
        }
    }

    /// <summary>Writes the numbers of a parameter into one of the arrays of a <see cref="ParameterSet"/>.</summary>
    private delegate void NumberWriter(AlignedArray<float> numbers, ReadOnlySpan<float> source);
}
