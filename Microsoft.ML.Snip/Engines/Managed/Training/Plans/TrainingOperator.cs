using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>
/// One layer in training. Operators hold no data of a block, so that several threads may run one for different blocks at the same time.
/// </summary>
/// <param name="output">What it computes.</param>
/// <param name="inputs">What it reads.</param>
internal abstract class TrainingOperator(Target output, params Source[] inputs)
{
    public Target Output => output;

    public IReadOnlyList<Source> Inputs => inputs;

    /// <summary>Whether the backward pass reads the values of the inputs.</summary>
    public virtual bool KeepsInputs => false;

    /// <summary>Whether the backward pass reads the values of the output.</summary>
    public virtual bool KeepsOutput => false;

    /// <summary>Memory besides the inputs and the output that the backward pass reads; null for none.</summary>
    public virtual View? Kept => null;

    /// <summary>Whether the gradients of an input may be written over those of the output, number by number.</summary>
    public virtual bool WorksInPlace => false;

    /// <summary>Whether the gradients of an input may be written over its values, number by number.</summary>
    public virtual bool WritesOverInputs => false;

    /// <summary>The scratch memory that a block needs, in floats.</summary>
    /// <param name="lanes">The number of images side by side.</param>
    public virtual long ScratchLength(int lanes) => 0;

    /// <summary>Called before the blocks of a batch: brings copies of the trained weights up to date.</summary>
    /// <param name="learns">Whether the batch is learned from; false to evaluate.</param>
    public virtual void Prepare(bool learns)
    {
    }

    /// <summary>Computes the output's values from the inputs'.</summary>
    public abstract void Forward(in TrainingBlock block);

    /// <summary>
    /// Adds the gradients of its parameters, and computes the inputs' gradients where they are needed, from the output's gradients. It may
    /// change the output's gradients, which nothing reads afterwards.
    /// </summary>
    public abstract void Backward(in TrainingBlock block);
}

/// <summary>
/// What is computed from all blocks of a batch together: between the operators before and behind it, all blocks wait for each other.
/// </summary>
internal interface IBatchStatistics
{
    /// <summary>Called in training when the operators before it have run forward for all blocks.</summary>
    /// <param name="blocks">The number of blocks.</param>
    void EndForward(int blocks);

    /// <summary>Called when the operators behind it have run backward for all blocks.</summary>
    /// <param name="blocks">The number of blocks.</param>
    void EndBackward(int blocks);
}
