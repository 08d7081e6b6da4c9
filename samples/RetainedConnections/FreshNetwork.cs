using Samples.Common;
using TorchSharp;
using static TorchSharp.torch;

namespace RetainedConnectionsSample;

/// <summary>
/// LeNet-300-100 with fresh weights as in the SNIP paper: variance scaling over the fan-in (a normal distribution cut off at two standard
/// deviations), biases 0.
/// </summary>
internal static class FreshNetwork
{
    /// <summary>The name of the first layer's weights, [hidden units, pixels].</summary>
    public const string FirstWeight = "fc1.weight";

    /// <summary>Units of the first layer.</summary>
    public const int HiddenUnits = 300;

    /// <summary>The standard deviation of a standard normal distribution cut off at -2 and 2.</summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <param name="generator">The source of chance.</param>
    public static nn.Module<Tensor, Tensor> Draw(Generator generator)
    {
        var network = nn.Sequential(
            ("fc1", nn.Linear(FashionMnist.Side * FashionMnist.Side, HiddenUnits)),
            ("relu1", nn.ReLU()),
            ("fc2", nn.Linear(HiddenUnits, 100)),
            ("relu2", nn.ReLU()),
            ("fc3", nn.Linear(100, FashionMnist.ClassNames.Length)));
        using IDisposable noGradients = no_grad();
        foreach (Tensor parameter in network.parameters())
        {
            using Tensor values = parameter.dim() == 1 ? zeros(parameter.shape) : DrawTruncatedNormal(parameter.shape, generator);
            parameter.copy_(values.mul_(Math.Sqrt(1.0 / parameter.shape[^1]) / TruncatedDeviation));
        }

        return network;
    }

    /// <summary>A standard normal distribution cut off at -2 and 2: what falls outside is drawn again.</summary>
    private static Tensor DrawTruncatedNormal(long[] shape, Generator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = randn(shape, generator: generator);
        for (Tensor outside = values.abs().gt(2); outside.any().item<bool>(); outside = values.abs().gt(2))
        {
            values = where(outside, randn(shape, generator: generator), values);
        }

        return values.MoveToOuterDisposeScope();
    }
}
