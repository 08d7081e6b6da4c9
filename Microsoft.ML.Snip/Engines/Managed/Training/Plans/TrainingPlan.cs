using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>Operators that a block runs through without waiting for other blocks.</summary>
/// <param name="Operators">The operators, in order.</param>
/// <param name="End">What is computed from all blocks afterwards; null behind the last operators.</param>
internal sealed record TrainingSegment(TrainingOperator[] Operators, IBatchStatistics? End);

/// <summary>The operators and memory of a network in training.</summary>
/// <param name="Segments">The operators; there is more than one segment only if the network has statistics of the batch.</param>
/// <param name="Parameters">The trained parameters.</param>
/// <param name="Weights">The prunable weights.</param>
/// <param name="Vectors">The places of the other trained parameters.</param>
/// <param name="Statistics">Running statistics, by the parameter's name, which training changes without gradients.</param>
/// <param name="Input">The images.</param>
/// <param name="Logits">The network's output.</param>
/// <param name="ActivationCapacity">The number of values that all signals of a block need together, for each lane.</param>
/// <param name="MaxLanes">The maximum number of images side by side.</param>
internal sealed record TrainingPlan(
    TrainingSegment[] Segments, ParameterSet Parameters, WeightParameter[] Weights, ParameterRange[] Vectors,
    IReadOnlyDictionary<string, float[]> Statistics, Source Input, Target Logits, long ActivationCapacity, int MaxLanes)
{
    public IEnumerable<TrainingOperator> Operators => Segments.SelectMany(segment => segment.Operators);

    /// <summary>The scratch memory that a block needs, in floats.</summary>
    public long ScratchLength => Operators.Max(operation => operation.ScratchLength(MaxLanes));
}
