using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Estimates the cost of one prediction with a network from its shapes, before memory of their size is allocated. It computes in double
/// precision, so that no product of sizes from a file overflows. The operations of a registered module are not known: its cost is that of
/// its input and output.
/// </summary>
internal static class NetworkCost
{
    /// <summary>The number of values of all layers' outputs for one example, including the image.</summary>
    public static double CountActivations(NetworkDefinition network) =>
        network.InputShape.Count + network.Layers.Sum(layer => (double)network.ShapeOf(layer.Name).Count);

    /// <summary>
    /// A sixteenth of the number of values that the largest convolution packs for one channel at a time: its kernel slides over a row of
    /// the map and a tile of up to 256 pixels.
    /// </summary>
    public static double CountWindow(NetworkDefinition network) => network.Layers.OfType<Conv2d>()
        .Select(conv => (double)conv.DilatedHeight * conv.DilatedWidth * (network.ShapeOf(conv.Name).Width + 256)).DefaultIfEmpty().Max();

    /// <summary>The number of multiplications, comparisons and copies for one example.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">The number of weights that a parameter keeps.</param>
    public static double CountOperations(NetworkDefinition network, Func<NetworkParameter, long> keptOf)
    {
        double products = network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight && network.Module is null)
            .Sum(parameter => (double)keptOf(parameter) * parameter.OutputPositions);
        return products + network.Layers.Sum(layer => layer.CountOperations([.. layer.Inputs.Select(network.ShapeOf)]));
    }
}
