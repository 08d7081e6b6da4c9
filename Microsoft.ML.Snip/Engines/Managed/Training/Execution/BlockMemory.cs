using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Execution;

/// <summary>The memory in which one block at a time is processed.</summary>
internal sealed unsafe class BlockMemory(TrainingPlan plan)
{
    private readonly AlignedArray<float> _activations = new(plan.ActivationCapacity * plan.MaxLanes);
    private readonly AlignedArray<float> _scratch = new(plan.ScratchLength);

    public float* Activations => _activations.Pointer;

    public float* Scratch => _scratch.Pointer;
}
