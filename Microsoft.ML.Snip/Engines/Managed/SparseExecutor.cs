using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Engines.Managed.Execution;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed;

/// <summary>
/// Predicts with the kept connections of a <see cref="SparseNetwork"/>. All planning is done in the constructor. After that the object does
/// not change, any number of threads may predict at the same time, and a prediction allocates nothing if as many threads have predicted
/// before.
/// </summary>
internal sealed class SparseExecutor : INetworkExecutor
{
    /// <summary>The minimum number of cycles for which a second thread would start in time to help.</summary>
    private const double MinCyclesToShare = 400_000;

    private readonly PlanRunner _runner;
    private readonly Plan _single;
    private readonly Plan _several;
    private readonly int _width;
    private readonly int _imageLength;
    private readonly Pool<Workspace> _workspaces = new(static () => new Workspace());
    private readonly Pool<BatchSharing> _batches;
    private readonly Pool<OperatorSharing> _sharing;

    /// <param name="network">The network to predict with.</param>
    /// <param name="softmax">Whether to output probabilities that sum to 1 instead of logits.</param>
    /// <param name="threads">
    /// The maximum number of threads that one call uses, including the caller's; it uses more than one only if there is enough work.
    /// </param>
    /// <param name="path">The vector width to use; by default the widest that the processor has.</param>
    public SparseExecutor(SparseNetwork network, bool softmax = true, int threads = 1, VectorPath? path = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        MaxThreads = threads;
        _imageLength = network.Definition.InputShape.Count;
        ClassCount = network.Definition.ClassCount;
        (_runner, _single, _several, _width) = (path ?? VectorPaths.Best) switch
        {
            VectorPath.Vector512 => Build<Simd512, Vector512<float>>(network, softmax),
            VectorPath.Vector256 => Build<Simd256, Vector256<float>>(network, softmax),
            VectorPath.Vector128 => Build<Simd128, Vector128<float>>(network, softmax),
            _ => Build<SimdScalar, float>(network, softmax),
        };
        _batches = new Pool<BatchSharing>(() => new BatchSharing(_runner, _workspaces, _imageLength, ClassCount));
        _sharing = new Pool<OperatorSharing>(() => new OperatorSharing(_workspaces));
    }

    /// <inheritdoc/>
    public int MaxThreads { get; set; }

    /// <summary>The number of classes, the number of values in one image's output.</summary>
    public int ClassCount { get; }

    /// <inheritdoc/>
    public unsafe void Predict(ReadOnlySpan<float> images, int count, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (images.Length != (long)count * _imageLength || output.Length != (long)count * ClassCount)
        {
            throw new ArgumentException(
                $"{count} images need {(long)count * _imageLength} values and {(long)count * ClassCount} outputs, but the spans have "
                + $"{images.Length} and {output.Length}.");
        }

        if (count == 0)
        {
            return;
        }

        int threads = MaxThreads;
        var layout = new BatchLayout(_single, _several, _width, count, threads: 1);
        bool shares = threads > 1 && layout.Cycles >= MinCyclesToShare;
        if (shares)
        {
            layout = new BatchLayout(_single, _several, _width, count, threads);
        }

        fixed (float* first = images, firstOutput = output)
        {
            if (shares && layout.BlockCount >= threads)
            {
                BatchSharing batch = _batches.Rent();
                batch.Run(layout, first, firstOutput, threads - 1);
                _batches.Return(batch);
                return;
            }

            OperatorSharing? operators = shares ? _sharing.Rent() : null;
            if (operators != null)
            {
                operators.Helpers = threads - 1;
            }

            Workspace workspace = _workspaces.Rent();
            for (int index = 0; index < layout.BlockCount; index++)
            {
                Block block = layout[index];
                _runner.Run(
                    block.Plan, first + ((long)block.First * _imageLength), block.Count, firstOutput + ((long)block.First * ClassCount),
                    workspace, operators);
            }

            _workspaces.Return(workspace);
            if (operators != null)
            {
                _sharing.Return(operators);
            }
        }
    }

    private static (PlanRunner Runner, Plan Single, Plan Several, int Width) Build<TSimd, TVector>(SparseNetwork network, bool softmax)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        Plan single = Planner<TSimd, TVector>.Build(network, 1);
        Plan several = TSimd.Width == 1 ? single : Planner<TSimd, TVector>.Build(network, TSimd.Width);
        several = several.WorkspaceLength > Workspace.MaxNumbers ? single : several;
        int width = ReferenceEquals(several, single) ? 1 : TSimd.Width;
        return (
            new PlanRunner<TSimd, TVector>(network.Definition.InputShape.Count, network.Definition.ClassCount, softmax), single, several,
            width);
    }
}
