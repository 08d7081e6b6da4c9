using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

/// <summary>mlp.json: fc2(relu(fc1(x))).</summary>
internal sealed class MlpNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear _fc1 = nn.Linear(12, 10);
    private readonly Linear _fc2 = nn.Linear(10, 4);

    public MlpNetwork()
        : base(nameof(MlpNetwork))
    {
        register_module("fc1", _fc1);
        register_module("fc2", _fc2);
    }

    public override Tensor forward(Tensor input) => _fc2.forward(nn.functional.relu(_fc1.forward(input)));
}

/// <summary>conv.json: two convolutions, the first pooled, and a linear layer.</summary>
internal sealed class ConvNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = nn.Conv2d(2, 4, 3, padding: 1);
    private readonly Conv2d _conv2 = nn.Conv2d(4, 6, 3);
    private readonly Linear _fc = nn.Linear(24, 3);

    public ConvNetwork()
        : base(nameof(ConvNetwork))
    {
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("fc", _fc);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor pooled = nn.functional.max_pool2d(nn.functional.relu(_conv1.forward(input)), 2);
        return _fc.forward(nn.functional.relu(_conv2.forward(pooled)).flatten(1));
    }
}

/// <summary>resblock_bn.json: a pre-activation residual block with a projection shortcut.</summary>
internal sealed class ResidualNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _stem = nn.Conv2d(3, 4, 3, padding: 1, bias: false);
    private readonly BatchNorm2d _bn1 = nn.BatchNorm2d(4);
    private readonly BatchNorm2d _bn2 = nn.BatchNorm2d(6);
    private readonly BatchNorm2d _bn3 = nn.BatchNorm2d(6);
    private readonly Conv2d _conv1 = nn.Conv2d(4, 6, 3, stride: 2, padding: 1, bias: false);
    private readonly Conv2d _conv2 = nn.Conv2d(6, 6, 3, padding: 1, bias: false);
    private readonly Conv2d _shortcut = nn.Conv2d(4, 6, 1, stride: 2, bias: false);
    private readonly Linear _fc = nn.Linear(6, 3);

    public ResidualNetwork()
        : base(nameof(ResidualNetwork))
    {
        register_module("stem", _stem);
        register_module("bn1", _bn1);
        register_module("bn2", _bn2);
        register_module("bn3", _bn3);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("shortcut", _shortcut);
        register_module("fc", _fc);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor activated = nn.functional.relu(_bn1.forward(_stem.forward(input)));
        Tensor residual = _conv2.forward(nn.functional.relu(_bn2.forward(_conv1.forward(activated))));
        Tensor sum = residual + _shortcut.forward(activated);
        return _fc.forward(nn.functional.relu(_bn3.forward(sum)).mean([2, 3]));
    }
}

/// <summary>lstm.json and gru.json: a linear layer, a recurrent one, and a linear one on its last step.</summary>
internal sealed class RecurrentNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear _in = nn.Linear(6, 5);
    private readonly nn.Module<Tensor, Tensor?, (Tensor, Tensor)>? _gru;
    private readonly LSTM? _lstm;
    private readonly Linear _fc = nn.Linear(5, 3);

    public RecurrentNetwork(bool lstm)
        : base(nameof(RecurrentNetwork))
    {
        register_module("in", _in);
        if (lstm)
        {
            register_module("rnn", _lstm = nn.LSTM(5, 5, batchFirst: true));
        }
        else
        {
            register_module("rnn", _gru = nn.GRU(5, 5, batchFirst: true));
        }

        register_module("fc", _fc);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor embedded = _in.forward(input);
        Tensor steps = _lstm is null ? _gru!.forward(embedded, null).Item1 : _lstm.forward(embedded).Item1;
        return _fc.forward(steps.select(1, -1));
    }
}
