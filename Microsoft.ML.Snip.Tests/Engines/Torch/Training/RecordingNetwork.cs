using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Training;

/// <summary>
/// A linear classifier that keeps what it is given to learn from and to be evaluated on: the first number of each image, batch by batch.
/// </summary>
internal sealed class RecordingNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _linear;
    private readonly List<float[]> _trained;
    private readonly List<float[]> _evaluated;

    public RecordingNetwork(int inputs, int classes, List<float[]> trained, List<float[]> evaluated)
        : base(nameof(RecordingNetwork))
    {
        _linear = nn.Linear(inputs, classes, hasBias: false);
        _trained = trained;
        _evaluated = evaluated;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor flat = input.flatten(1);
        (training ? _trained : _evaluated).Add(flat.select(1, 0).detach().contiguous().data<float>().ToArray());
        return _linear.call(flat);
    }
}
