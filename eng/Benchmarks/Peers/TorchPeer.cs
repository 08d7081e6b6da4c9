using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Sparse;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Benchmarks.Peers;

/// <summary>TorchSharp on the dense network.</summary>
internal sealed class TorchPeer : Peer, IDisposable
{
    private readonly TorchNetwork _module;
    private readonly Tensor _input;
    private readonly int _threads;
    private Tensor? _output;

    public TorchPeer(SparseNetwork network, float[] images, int batch, int threads)
        : base("TorchSharp")
    {
        ImageShape shape = network.Definition.InputShape;
        _threads = threads;
        _module = TorchParameters.Load(network);
        _input = tensor(images, [batch, shape.Channels, shape.Height, shape.Width]);
    }

    public override void Run()
    {
        using IDisposable scope = inference_mode();
        set_num_threads(_threads);
        _output?.Dispose();
        _output = _module.forward(_input);
    }

    public override float[] Logits() => _output!.data<float>().ToArray();

    public void Dispose()
    {
        _output?.Dispose();
        _input.Dispose();
        _module.Dispose();
    }
}
