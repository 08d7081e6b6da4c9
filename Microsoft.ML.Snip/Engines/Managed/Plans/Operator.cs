namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// One operation of a plan. Operators hold only constant data; the data of a prediction are passed in, so that any number of threads may
/// run an operator at the same time.
/// </summary>
internal abstract unsafe class Operator
{
    /// <summary>The number of parts, which can run in any order and on several threads.</summary>
    public virtual int PartCount => 1;

    /// <summary>
    /// The estimated number of processor cycles for one vector's width of images (or for one image, if lanes are pixels).
    /// </summary>
    public abstract double Cycles { get; }

    /// <summary>The number of floats of scratch memory that a part needs for the given number of lanes.</summary>
    public virtual long ScratchLength(int lanes) => 0;

    /// <param name="activations">The memory that holds all buffers.</param>
    /// <param name="lanes">
    /// How many images' values are side by side for each value of a buffer: 1 for a single image, otherwise a multiple of the vector's
    /// width.
    /// </param>
    /// <param name="scratch">Scratch memory of this thread.</param>
    /// <param name="part">The index of the part, from 0.</param>
    public abstract void Run(float* activations, int lanes, float* scratch, int part);
}
