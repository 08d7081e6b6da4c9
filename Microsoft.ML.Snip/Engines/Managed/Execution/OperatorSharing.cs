using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>Shares the parts of one operator among threads, each with its own scratch memory.</summary>
/// <param name="workspaces">The pool of the threads' scratch memory.</param>
internal sealed unsafe class OperatorSharing(Pool<Workspace> workspaces) : SharedWork
{
    /// <summary>The minimum work that is shared: waking a thread takes tens of thousands of cycles, and longer on a busy machine.</summary>
    private const double MinCycles = 250_000;

    private Operator? _operator;
    private float* _activations;
    private int _lanes;

    /// <summary>How many other threads may help.</summary>
    public int Helpers { get; set; }

    public static bool IsWorthwhile(Operator operation) => operation.PartCount > 1 && operation.Cycles >= MinCycles;

    public void Run(Operator operation, float* activations, int lanes)
    {
        _operator = operation;
        _activations = activations;
        _lanes = lanes;
        RunParts(operation.PartCount, Helpers);
    }

    protected override void RunPart(int part)
    {
        Workspace workspace = workspaces.Rent();
        Operator operation = _operator!;
        operation.Run(_activations, _lanes, workspace.Scratch(operation.ScratchLength(_lanes)), part);
        workspaces.Return(workspace);
    }
}
