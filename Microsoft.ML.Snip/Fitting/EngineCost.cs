using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>
/// The estimated time of a training step for one image, in nanoseconds of one core with AVX-512, by which an engine is chosen. Only the
/// ratio of the two engines counts. Measured times are not used: the choice would change from run to run. eng/Benchmarks/Results has the
/// measurements behind the numbers.
/// </summary>
internal static class EngineCost
{
    /// <summary>The cost of a multiplication, forward and backward: of a kept weight in managed code, of any weight in
    /// TorchSharp.</summary>
    private static readonly Nanoseconds s_linear = new(Managed: 0.085, Torch: 0.060);
    private static readonly Nanoseconds s_recurrent = new(Managed: 0.105, Torch: 0.087);
    private static readonly Nanoseconds s_convolution = new(Managed: 0.0365, Torch: 0.034);

    /// <summary>The cost of an output value of any layer.</summary>
    private static readonly Nanoseconds s_value = new(Managed: 1.0, Torch: 1.5);

    /// <summary>The managed engine, which multiplies with kept weights only.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mask">The kept connections.</param>
    /// <param name="threads">The number of threads; only convolutional and recurrent networks are split.</param>
    public static double OfManaged(NetworkDefinition network, PruningMask mask, int threads)
    {
        Dictionary<string, long> kept = mask.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => (long)mask.KeptOf(parameter.Name).Count(true));
        double cost = Sum(network, cost => cost.Managed, parameter => kept.GetValueOrDefault(parameter.Name, parameter.Count));
        return network.Layers.Any(layer => layer is Conv2d or RecurrentLayer) ? cost / threads : cost;
    }

    /// <summary>TorchSharp, which multiplies with all weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="threads">The number of threads.</param>
    public static double OfTorch(NetworkDefinition network, int threads) =>
        Sum(network, cost => cost.Torch, parameter => parameter.Count) / threads;

    private static double Sum(NetworkDefinition network, Func<Nanoseconds, double> side, Func<NetworkParameter, long> count)
    {
        double values = network.Layers.Sum(layer => (double)network.ShapeOf(layer.Name).Count) * side(s_value);
        double products = network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
            .Sum(parameter => (double)count(parameter) * parameter.OutputPositions * side(CostOf(network, parameter)));
        return values + products;
    }

    private static Nanoseconds CostOf(NetworkDefinition network, NetworkParameter parameter) =>
        network.Layers.First(layer => parameter.Name.StartsWith(layer.Name + ".", StringComparison.Ordinal)) switch
        {
            Conv2d => s_convolution,
            RecurrentLayer => s_recurrent,
            _ => s_linear,
        };

    private readonly record struct Nanoseconds(double Managed, double Torch);
}
