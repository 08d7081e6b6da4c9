namespace Microsoft.ML.Snip.Sparse.Planning;

/// <summary>
/// The activations between two steps, in the memory that a prediction works in. Numbers lie in the order of their shape (channel, row, column; step,
/// feature); each has <c>lanes</c> copies side by side, one for each picture that is predicted together.
/// </summary>
internal sealed class Tensor(long count)
{
    /// <summary>Numbers of one picture, rounded up so that a kernel may write whole vectors.</summary>
    public long Capacity { get; } = (count + 31) / 16 * 16;

    /// <summary>Where the tensor starts, in numbers; set when all lifetimes are known.</summary>
    public long Start { get; set; }

    /// <summary>The step that writes it.</summary>
    public int FirstStep { get; init; }

    /// <summary>The last step that reads it.</summary>
    public int LastStep { get; set; }
}

/// <summary>A tensor, or the part of one that starts at a number.</summary>
internal readonly unsafe record struct View(Tensor Tensor, long Offset = 0)
{
    public float* In(float* activations, int lanes) => activations + ((Tensor.Start + Offset) * lanes);
}
