namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// The activations between two operators, in the memory that a prediction works in. Numbers lie in the order of their shape (channel, row,
/// column; step, feature); each has <c>lanes</c> copies side by side, one for each image that is predicted together.
/// </summary>
internal sealed class ActivationBuffer(long count)
{
    /// <summary>Numbers of one image, rounded up so that a kernel may write whole vectors.</summary>
    public long Capacity { get; } = (count + 31) / 16 * 16;

    /// <summary>Where the buffer starts, in numbers; set when all lifetimes are known.</summary>
    public long Start { get; set; }

    /// <summary>The operator that writes it.</summary>
    public int FirstOperator { get; init; }

    /// <summary>The last operator that reads it.</summary>
    public int LastOperator { get; set; }
}

/// <summary>A buffer, or the part of one that starts at a number.</summary>
internal readonly unsafe record struct View(ActivationBuffer Buffer, long Offset = 0)
{
    public float* In(float* activations, int lanes) => activations + ((Buffer.Start + Offset) * lanes);
}
