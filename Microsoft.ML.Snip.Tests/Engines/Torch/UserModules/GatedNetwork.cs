using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

/// <summary>
/// A module that no layers can stand for: one branch gates the other; with a norm, a dropout and a parameter that nothing uses.
/// </summary>
internal sealed class GatedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _convolution;
    private readonly nn.Module<Tensor, Tensor> _norm = nn.BatchNorm2d(4);
    private readonly nn.Module<Tensor, Tensor> _gate;
    private readonly nn.Module<Tensor, Tensor> _dropout = nn.Dropout(0.1);
    private readonly nn.Module<Tensor, Tensor> _head;
    private readonly nn.Module<Tensor, Tensor> _unused = nn.Linear(3, 2);

    public GatedNetwork(ImageShape shape, int classCount)
        : base(nameof(GatedNetwork))
    {
        _convolution = nn.Conv2d(shape.Channels, 4, 5, stride: 2);
        _gate = nn.Conv2d(shape.Channels, 4, 5, stride: 2);
        _head = nn.Linear(4 * ((shape.Height - 3) / 2) * ((shape.Width - 3) / 2), classCount);
        register_buffer("offset", tensor(3L));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor gated = _norm.call(_convolution.call(input)) * _gate.call(input).sigmoid();
        return _head.call(_dropout.call(gated.flatten(1)));
    }
}
