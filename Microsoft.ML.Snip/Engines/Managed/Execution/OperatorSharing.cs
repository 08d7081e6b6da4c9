using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>Shares the parts of one operator among threads, each with scratch memory of its own.</summary>
/// <param name="workspaces">Where a thread gets its scratch memory.</param>
/// <param name="helpers">How many threads may help.</param>
internal sealed unsafe class OperatorSharing(Pool<Workspace> workspaces, int helpers) : SharedWork
{
    /// <summary>Waking a thread takes about as long as some ten thousand cycles, and longer on a busy machine.</summary>
    private const double MinCycles = 250_000;

    private Operator? _operator;
    private float* _activations;
    private int _lanes;

    public static bool IsWorthwhile(Operator operation) => operation.PartCount > 1 && operation.Cycles >= MinCycles;

    public void Run(Operator operation, float* activations, int lanes)
    {
        _operator = operation;
        _activations = activations;
        _lanes = lanes;
        RunParts(operation.PartCount, helpers);
    }

    protected override void RunPart(int part)
    {
        Workspace workspace = workspaces.Rent();
        Operator operation = _operator!;
        operation.Run(_activations, _lanes, workspace.Scratch(operation.ScratchLength(_lanes)), part);
        workspaces.Return(workspace);
    }
}
