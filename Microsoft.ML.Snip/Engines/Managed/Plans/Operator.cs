namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// One operation of a plan. Operators hold what never changes; what a prediction works on is passed in, so that any number of threads may
/// run one operator at once.
/// </summary>
internal abstract unsafe class Operator
{
    /// <summary>How many parts can be run in any order, and by several threads.</summary>
    public virtual int PartCount => 1;

    /// <summary>
    /// About how many processor cycles it takes for one lane group of a vector's width (or for one image, when pixels are lanes).
    /// </summary>
    public abstract double Cycles { get; }

    /// <summary>How many floats of scratch memory a part needs for the given number of lanes.</summary>
    public virtual long ScratchLength(int lanes) => 0;

    /// <param name="activations">The memory that holds all buffers.</param>
    /// <param name="lanes">
    /// How many numbers lie side by side for each number of a buffer: 1 for a single image, else a multiple of the vector's width.
    /// </param>
    /// <param name="scratch">Memory of this thread's own.</param>
    /// <param name="part">Which part, from 0.</param>
    public abstract void Run(float* activations, int lanes, float* scratch, int part);
}
