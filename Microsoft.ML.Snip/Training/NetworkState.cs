namespace Microsoft.ML.Snip.Training;

/// <summary>
/// A network in training, the same for every engine: what a checkpoint stores and what training returns to. Kept weights only: of a masked
/// parameter there is one number for each kept connection, row-major.
/// </summary>
/// <param name="Step">The number of steps that have been made.</param>
/// <param name="Mask">The kept connections.</param>
/// <param name="Parameters">What the optimizer changes, by the parameter's name.</param>
/// <param name="Buffers">What else changes, such as running statistics: the bytes of its numbers, by its name.</param>
internal sealed record NetworkState(
    long Step, PruningMask Mask, IReadOnlyDictionary<string, ParameterState> Parameters, IReadOnlyDictionary<string, byte[]> Buffers);

/// <summary>One parameter in training.</summary>
/// <param name="Values">Its numbers.</param>
/// <param name="Means">The optimizer's first state of each number: momentum, or Adam's mean. Empty if it
/// is not stored: all are 0 then.</param>
/// <param name="MeanSquares">The optimizer's second state: Adam's mean square. Empty if there is
/// none or it is not stored.</param>
internal sealed record ParameterState(float[] Values, float[] Means, float[] MeanSquares);
