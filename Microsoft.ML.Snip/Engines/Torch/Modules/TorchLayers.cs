using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Microsoft.ML.Snip.Networks.Layers.Padding;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>The TorchSharp function for each kind of layer, from the layer's inputs to its output, batch first.</summary>
/// <param name="definition">The network.</param>
/// <param name="form">The kind of TorchSharp operations.</param>
/// <param name="register">Registers a module with parameters under the layer's name.</param>
/// <param name="drop">
/// Applies dropout in training to a tensor, given the shape of the mask (values that share a mask element are dropped together) and the
/// rate.
/// </param>
internal sealed class TorchLayers(
    NetworkDefinition definition, TorchForm form, Action<string, nn.Module> register, Func<Tensor, long[], double, Tensor> drop)
    : ILayerVisitor<Func<Tensor[], Tensor>>
{
    public Func<Tensor[], Tensor> Visit(Conv2d layer)
    {
        Padding padding = layer.Padding;
        bool isSymmetric = padding.Top == padding.Bottom && padding.Left == padding.Right;
        var module = Register(layer, nn.Conv2d(
            InputOf(layer).Channels, layer.Filters, (layer.KernelHeight, layer.KernelWidth), (layer.Stride, layer.Stride),
            isSymmetric ? (padding.Top, padding.Left) : (0, 0), (layer.Dilation, layer.Dilation), groups: layer.Groups, bias: layer.Bias));
        if (form == TorchForm.Padded)
        {
            return x => PaddedConvolution.Run(x[0], module.weight, module.bias, layer.Stride, padding, layer.Groups, layer.Dilation);
        }

        return isSymmetric
            ? x => module.forward(x[0])
            : x => module.forward(nn.functional.pad(x[0], [padding.Left, padding.Right, padding.Top, padding.Bottom]));
    }

    public Func<Tensor[], Tensor> Visit(Linear layer)
    {
        var module = Register(layer, nn.Linear(InputOf(layer).Channels, layer.Units, layer.Bias));
        return x => module.forward(x[0]);
    }

    public Func<Tensor[], Tensor> Visit(BatchNorm layer)
    {
        TensorShape input = InputOf(layer);
        nn.Module<Tensor, Tensor> module = input.Kind == TensorKind.Map
            ? nn.BatchNorm2d(input.Channels, layer.Epsilon)
            : nn.BatchNorm1d(input.Channels, layer.Epsilon);
        Register(layer, module);
        return x => module.forward(x[0]);
    }

    public Func<Tensor[], Tensor> Visit(GroupNorm layer)
    {
        var module = Register(layer, nn.GroupNorm(layer.Groups, InputOf(layer).Channels, layer.Epsilon));
        return x => module.forward(x[0]);
    }

    public Func<Tensor[], Tensor> Visit(LayerNorm layer)
    {
        var module = Register(layer, nn.LayerNorm(InputOf(layer).Channels, layer.Epsilon));
        return x => module.forward(x[0]);
    }

    public Func<Tensor[], Tensor> Visit(ReLU layer) => x => nn.functional.relu(x[0]);

    public Func<Tensor[], Tensor> Visit(Activation layer) => layer.Function switch
    {
        ActivationFunction.LeakyReLU => x => LeakyReLU(x[0], layer.Slope),
        ActivationFunction.ReLU6 => x => Clamp(x[0], 0, 6),
        ActivationFunction.SiLU => x => nn.functional.silu(x[0]),
        ActivationFunction.Hardswish => x => nn.functional.hardswish(x[0]),
        ActivationFunction.Sigmoid => x => x[0].sigmoid(),
        ActivationFunction.Tanh => x => x[0].tanh(),
        ActivationFunction.GELU => x => nn.functional.gelu(x[0]),
        _ => throw new NotSupportedException($"Layer '{layer.Name}' has an unknown activation function: {layer.Function}."),
    };

    public Func<Tensor[], Tensor> Visit(MaxPool layer) => x => nn.functional.max_pool2d(
        x[0], layer.Size, layer.Stride, layer.Padding, ceil_mode: layer.CeilMode);

    public Func<Tensor[], Tensor> Visit(AvgPool layer) => x => nn.functional.avg_pool2d(x[0], layer.Size, layer.Stride);

    public Func<Tensor[], Tensor> Visit(GlobalAveragePool layer) => x => x[0].mean([2, 3]);

    public Func<Tensor[], Tensor> Visit(Flatten layer) => x => x[0].flatten(1);

    public Func<Tensor[], Tensor> Visit(Dropout layer) => x => drop(x[0], x[0].shape, layer.Rate);

    public Func<Tensor[], Tensor> Visit(Dropout2d layer) => x => drop(x[0], [.. x[0].shape[..2], 1, 1], layer.Rate);

    public Func<Tensor[], Tensor> Visit(Multiply layer) => definition.ShapeOf(layer.First) == definition.ShapeOf(layer.Second)
        ? x => x[0] * x[1]
        : x => x[0] * x[1].unsqueeze(-1).unsqueeze(-1);

    public Func<Tensor[], Tensor> Visit(Concat layer) => x => cat(x, 1);

    public Func<Tensor[], Tensor> Visit(Add layer) => x => x[0].Plus(x[1]);

    public Func<Tensor[], Tensor> Visit(RowsAsSequence layer) => x => x[0].transpose(1, 2).flatten(2);

    public Func<Tensor[], Tensor> Visit(Lstm layer)
    {
        var module = Register(layer, nn.LSTM(InputOf(layer).Channels, layer.Units, batchFirst: true));
        return x =>
            form != TorchForm.Plain && x[0].device_type == DeviceType.CPU ? LstmSteps.Run(module, x[0]) : module.forward(x[0]).Item1;
    }

    public Func<Tensor[], Tensor> Visit(Gru layer)
    {
        var module = Register(layer, nn.GRU(InputOf(layer).Channels, layer.Units, batchFirst: true));
        return x => module.forward(x[0]).Item1;
    }

    public Func<Tensor[], Tensor> Visit(LastStep layer) => x => x[0].select(1, -1);

    public Func<Tensor[], Tensor> Visit(RegisteredModule layer) =>
        throw new NotSupportedException($"Layer '{layer.Name}' is a registered module, which has no TorchSharp layer.");

    private static Tensor LeakyReLU(Tensor x, double slope)
    {
        using Scalar negativeSlope = slope.ToScalar();
        return nn.functional.relu(x) - nn.functional.relu(x.neg()).mul(negativeSlope);
    }

    private static Tensor Clamp(Tensor x, double low, double high)
    {
        using Scalar min = low.ToScalar(), max = high.ToScalar();
        return x.clamp(min, max);
    }

    private TensorShape InputOf(SingleInputLayer layer) => definition.ShapeOf(layer.Input);

    private TModule Register<TModule>(Layer layer, TModule module)
        where TModule : nn.Module
    {
        register(layer.Name, module);
        return module;
    }
}
