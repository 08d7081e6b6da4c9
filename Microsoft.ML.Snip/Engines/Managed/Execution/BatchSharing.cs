using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>Images of a batch that are run through a plan together.</summary>
internal readonly record struct Block(Plan Plan, int First, int Count);

/// <summary>The blocks of a batch, shared among threads.</summary>
internal sealed unsafe class BatchSharing(PlanRunner runner, Pool<Workspace> workspaces, int imageLength, int classes) : SharedWork
{
    private BatchLayout _layout;
    private float* _images;
    private float* _output;

    /// <param name="layout">The blocks of the batch.</param>
    /// <param name="images">All images.</param>
    /// <param name="output">All outputs.</param>
    /// <param name="helpers">How many other threads may help.</param>
    public void Run(BatchLayout layout, float* images, float* output, int helpers)
    {
        _layout = layout;
        _images = images;
        _output = output;
        RunParts(layout.BlockCount, helpers);
    }

    protected override void RunPart(int part)
    {
        Workspace workspace = workspaces.Rent();
        Block block = _layout[part];
        runner.Run(
            block.Plan, _images + ((long)block.First * imageLength), block.Count, _output + ((long)block.First * classes), workspace, null);
        workspaces.Return(workspace);
    }
}
