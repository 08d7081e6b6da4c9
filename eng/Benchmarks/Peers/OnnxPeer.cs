using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Snip.Benchmarks.Onnx;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks.Peers;

/// <summary>ONNX Runtime on the dense network, all graph optimisations on, input and output bound to memory beforehand.</summary>
internal sealed class OnnxPeer : Peer, IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;
    private readonly float[] _logits;

    public OnnxPeer(SparseNetwork network, float[] images, int batch, int threads)
        : base("ONNX Runtime")
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        NetworkDefinition definition = network.Definition;
        ImageShape shape = definition.InputShape;
        _session = new InferenceSession(OnnxModel.Write(network, batch), options);
        _logits = new float[batch * definition.ClassCount];
        _inputs = [OrtValue.CreateTensorValueFromMemory(images, [batch, shape.Channels, shape.Height, shape.Width])];
        _outputs = [OrtValue.CreateTensorValueFromMemory(_logits, [batch, definition.ClassCount])];
    }

    public override void Run() => _session.Run(_options, _session.InputNames, _inputs, _session.OutputNames, _outputs);

    public override float[] Logits() => _logits;

    public void Dispose()
    {
        _inputs[0].Dispose();
        _outputs[0].Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
