namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// The activations between two operators, in the working memory of a prediction. Values are in the order of their shape (channel, row,
/// column; step, feature). Each is stored for <c>lanes</c> images side by side, which are predicted together.
/// </summary>
internal sealed class ActivationBuffer(long count)
{
    /// <summary>The number of values for one image, rounded up so that a kernel may write whole vectors.</summary>
    public long Capacity { get; } = (count + 31) / 16 * 16;

    /// <summary>The start of the buffer, in values; set when all lifetimes are known.</summary>
    public long Start { get; set; }

    /// <summary>The operator that writes it.</summary>
    public int FirstOperator { get; init; }

    /// <summary>The last operator that reads it.</summary>
    public int LastOperator { get; set; }
}

/// <summary>A buffer, or the part of a buffer that starts at an offset.</summary>
internal readonly unsafe record struct View(ActivationBuffer Buffer, long Offset = 0)
{
    public float* In(float* activations, int lanes) => activations + ((Buffer.Start + Offset) * lanes);
}
