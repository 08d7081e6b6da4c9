using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// About what one prediction with a network costs, told from its shapes before anything of their size exists. In double precision, so that
/// no product of sizes from a file overflows. What a module of the user's own does is not known: its cost is that of its input and output.
/// </summary>
internal static class NetworkCost
{
    /// <summary>All numbers that one example has between layers, the image included.</summary>
    public static double CountActivations(NetworkDefinition network) =>
        network.InputShape.Count + network.Layers.Sum(layer => (double)network.ShapeOf(layer.Name).Count);

    /// <summary>
    /// Numbers that the widest convolution packs of one channel at a time, a sixteenth of them: its kernel slides over a row of the map and
    /// a tile of up to 256 pixels.
    /// </summary>
    public static double CountWindow(NetworkDefinition network) => network.Layers.OfType<Conv2d>()
        .Select(conv => (double)conv.DilatedHeight * conv.DilatedWidth * (network.ShapeOf(conv.Name).Width + 256)).DefaultIfEmpty().Max();

    /// <summary>Multiplications, comparisons and copies for one example.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">How many weights a parameter keeps.</param>
    public static double CountOperations(NetworkDefinition network, Func<NetworkParameter, long> keptOf)
    {
        double products = network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight && network.Module is null)
            .Sum(parameter => (double)keptOf(parameter) * parameter.OutputPositions);
        return products + network.Layers.Sum(layer => layer.CountOperations([.. layer.Inputs.Select(network.ShapeOf)]));
    }
}
