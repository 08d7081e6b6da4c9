using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Benchmarks.Peers;

/// <summary>This library's executor.</summary>
internal sealed class SparsePeer(SparseNetwork network, float[] images, int batch, int threads, VectorPath? path) : Peer("sparse")
{
    private readonly SparseExecutor _executor = new(network, softmax: false, threads, path);
    private readonly float[] _logits = new float[batch * network.Definition.ClassCount];

    public override void Run() => _executor.Predict(images, batch, _logits);

    public override float[] Logits() => _logits;
}
