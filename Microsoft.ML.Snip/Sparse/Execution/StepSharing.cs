using Microsoft.ML.Snip.Sparse.Steps;

namespace Microsoft.ML.Snip.Sparse.Execution;

/// <summary>Shares the parts of one step among threads, each with scratch memory of its own.</summary>
/// <param name="workspaces">Where a thread gets its scratch memory.</param>
/// <param name="helpers">How many threads may help.</param>
internal sealed unsafe class StepSharing(Pool<Workspace> workspaces, int helpers) : SharedWork
{
    /// <summary>Waking a thread takes about as long as some ten thousand cycles, and longer on a busy machine.</summary>
    private const double LeastCycles = 250_000;

    private Step? _step;
    private float* _activations;
    private int _lanes;

    public static bool IsWorthwhile(Step step) => step.PartCount > 1 && step.Cycles >= LeastCycles;

    public void Run(Step step, float* activations, int lanes)
    {
        _step = step;
        _activations = activations;
        _lanes = lanes;
        RunParts(step.PartCount, helpers);
    }

    protected override void RunPart(int part)
    {
        Workspace workspace = workspaces.Rent();
        Step step = _step!;
        step.Run(_activations, _lanes, workspace.Scratch(step.ScratchLength(_lanes)), part);
        workspaces.Return(workspace);
    }
}
