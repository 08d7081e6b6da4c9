using Microsoft.ML.Snip.Torch;
using TorchSharp;
using static TorchSharp.torch;
using L = Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>
/// A <see cref="NetworkDefinition"/> as a TorchSharp module, for scoring and training. Takes [batch, channels, height, width], gives logits
/// [batch, classes]. Its parameters bear the names of <see cref="NetworkDefinition.Parameters"/>.
/// </summary>
internal sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<string, Func<Tensor[], Tensor>> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly Generator _dropoutGenerator;
    private readonly TorchForm _form;

    /// <param name="definition">The network.</param>
    /// <param name="dropoutSeed">Seed of the module's own generator, from which dropout draws; torch's global one is not used.</param>
    /// <param name="form">By which of TorchSharp's operations it computes.</param>
    public TorchNetwork(NetworkDefinition definition, long dropoutSeed = 0, TorchForm form = TorchForm.Right)
        : base(definition.Name)
    {
        Definition = definition;
        _form = form != TorchForm.Right ? form : ConvolutionCheck.FindFault() is null ? TorchForm.Right : TorchForm.Padded;
        _dropoutGenerator = new Generator((ulong)dropoutSeed, CPU);
        using var unmoved = new GlobalGenerator(); // Torch's modules draw initial values of their own.
        foreach (Layer layer in definition.Layers)
        {
            _steps.Add(layer.Name, MakeStep(layer, definition.ShapeOf(layer.Inputs[0])));
            foreach (string input in layer.Inputs)
            {
                _readers[input] = _readers.GetValueOrDefault(input) + 1;
            }
        }
    }

    public NetworkDefinition Definition { get; }

    /// <summary>The module's parameters and buffers by the names of <see cref="NetworkDefinition.Parameters"/>.</summary>
    public Dictionary<string, Tensor> NamedTensors()
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))
                     .Concat(named_buffers().Select(pair => (pair.name, pair.buffer))))
        {
            tensors[name] = tensor;
        }

        return tensors;
    }

    /// <summary>Sets parameters and buffers to the given values, row-major, by the names of <see cref="NetworkDefinition.Parameters"/>.</summary>
    public void LoadParameters(IReadOnlyDictionary<string, float[]> values)
    {
        using IDisposable noGradients = no_grad();
        Dictionary<string, Tensor> tensors = NamedTensors();
        foreach ((string name, float[] value) in values)
        {
            using Tensor source = tensor(value, tensors[name].shape);
            tensors[name].copy_(source);
        }
    }

    public override Tensor forward(Tensor input)
    {
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [NetworkDefinition.InputName] = input };
        var left = new Dictionary<string, int>(_readers, StringComparer.Ordinal);
        foreach (Layer layer in Definition.Layers)
        {
            outputs[layer.Name] = _steps[layer.Name]([.. layer.Inputs.Select(name => outputs[name])]);
            foreach (string name in layer.Inputs)
            {
                // Without gradients nothing else holds an activation that all its readers have read.
                if (--left[name] == 0 && name != NetworkDefinition.InputName && !is_grad_enabled())
                {
                    outputs[name].Dispose();
                }
            }
        }

        return outputs[Definition.Layers[^1].Name];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _dropoutGenerator.Dispose();
        }

        base.Dispose(disposing);
    }

    private Func<Tensor[], Tensor> MakeStep(Layer layer, TensorShape input)
    {
        switch (layer)
        {
            case L.Conv2d conv:
                L.Padding padding = conv.Padding;
                bool even = padding.Top == padding.Bottom && padding.Left == padding.Right;
                var module = Own(layer, nn.Conv2d(
                    input.Channels, conv.Filters, (conv.KernelHeight, conv.KernelWidth), (conv.Stride, conv.Stride),
                    even ? (padding.Top, padding.Left) : (0, 0), bias: conv.Bias));
                if (_form == TorchForm.Padded)
                {
                    return x => PaddedConvolution.Run(x[0], module.weight, module.bias, conv.Stride, padding);
                }

                return even
                    ? x => module.forward(x[0])
                    : x => module.forward(nn.functional.pad(x[0], [padding.Left, padding.Right, padding.Top, padding.Bottom]));
            case L.Linear linear:
                var product = Own(layer, nn.Linear(input.Channels, linear.Units, linear.Bias));
                return x => product.forward(x[0]);
            case L.BatchNorm norm:
                nn.Module<Tensor, Tensor> normalise = input.Kind == TensorKind.Map
                    ? nn.BatchNorm2d(input.Channels, norm.Epsilon)
                    : nn.BatchNorm1d(input.Channels, norm.Epsilon);
                Own(layer, normalise);
                return x => normalise.forward(x[0]);
            case L.ReLU:
                return x => nn.functional.relu(x[0]);
            case L.MaxPool pool:
                return x => nn.functional.max_pool2d(x[0], pool.Size, pool.Stride, pool.Padding);
            case L.AvgPool pool:
                return x => nn.functional.avg_pool2d(x[0], pool.Size, pool.Stride);
            case L.GlobalAveragePool:
                return x => x[0].mean([2, 3]);
            case L.Flatten:
                return x => x[0].flatten(1);
            case L.Dropout dropout:
                return x => Drop(x[0], dropout.Rate);
            case L.Add:
                return x => x[0] + x[1];
            case L.RowsAsSequence:
                return x => x[0].transpose(1, 2).flatten(2);
            case L.Lstm lstm:
                var memory = Own(layer, nn.LSTM(input.Channels, lstm.Units, batchFirst: true));
                return x => _form != TorchForm.Plain && x[0].device_type == TorchSharp.DeviceType.CPU
                    ? LstmSteps.Run(memory, x[0])
                    : memory.forward(x[0]).Item1;
            case L.Gru gru:
                var gated = Own(layer, nn.GRU(input.Channels, gru.Units, batchFirst: true));
                return x => gated.forward(x[0]).Item1;
            case L.LastStep:
                return x => x[0].select(1, -1);
            default:
                throw new NotSupportedException($"Layer '{layer.Name}' is of a kind that TorchNetwork does not know: {layer.GetType().Name}.");
        }
    }

    private TModule Own<TModule>(Layer layer, TModule module)
        where TModule : nn.Module
    {
        register_module(layer.Name, module);
        return module;
    }

    private Tensor Drop(Tensor input, double rate)
    {
        if (!training || rate == 0)
        {
            return input.alias();
        }

        using Scalar dropped = rate.ToScalar(), left = (1 - rate).ToScalar();
        Tensor kept = rand(input.shape, input.dtype, CPU, generator: _dropoutGenerator).ge(dropped).to(input.device);
        return (input * kept).div(left);
    }
}
