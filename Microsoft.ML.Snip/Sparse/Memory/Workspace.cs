namespace Microsoft.ML.Snip.Sparse.Memory;

/// <summary>The memory one thread predicts in; it grows to what is asked for and stays.</summary>
internal sealed unsafe class Workspace
{
    /// <summary>Numbers that images side by side may take, 1 GiB; where they would take more, one is predicted after the other.</summary>
    public const long MaxNumbers = 1 << 28;

    private AlignedArray<float> _activations = new(0);
    private AlignedArray<float> _scratch = new(0);

    /// <summary>Memory for all tensors; what it holds is of no meaning.</summary>
    public float* Activations(long length) => Ensure(ref _activations, length);

    /// <summary>Memory for one step.</summary>
    public float* Scratch(long length) => Ensure(ref _scratch, length);

    private static float* Ensure(ref AlignedArray<float> memory, long length)
    {
        if (memory.Length < length)
        {
            memory = new AlignedArray<float>(length);
        }

        return memory.Pointer;
    }
}
