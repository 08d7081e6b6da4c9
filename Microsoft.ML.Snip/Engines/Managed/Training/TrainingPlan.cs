using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>The operators of a network in training, its parameters, its input and its logits.</summary>
/// <param name="Operators">The operators, in order.</param>
/// <param name="Parameters">The trained parameters.</param>
/// <param name="Weights">The operators with prunable weights.</param>
/// <param name="Input">The images.</param>
/// <param name="Logits">The network's output.</param>
internal sealed record TrainingPlan(
    TrainingOperator[] Operators, ParameterSet Parameters, ITrainableWeight[] Weights, Signal Input, Signal Logits);
