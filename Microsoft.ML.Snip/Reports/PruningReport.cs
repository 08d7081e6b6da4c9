using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Reports;

namespace Microsoft.ML.Snip;

/// <summary>
/// The connections that pruning kept, for each layer and in total. Weights that were excluded from pruning count as kept; biases and batch
/// norms are not counted unless they were prunable. If the mask was updated during training, the report describes the final mask.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Layers">One entry for each parameter that is a weight or was prunable, in the network's order.</param>
public sealed record PruningReport(string Network, ImmutableArray<LayerReport> Layers)
{
    /// <summary>
    /// How many kept connections of the first layer read each pixel. Null if that layer does not read the unchanged image (for example
    /// after pooling), if the network is a custom module without known layers, if the image has more than 3 x 256 x 256 values, or if the
    /// model was saved by an earlier version of the library.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetainedConnections? RetainedPerPixel { get; init; }

    /// <summary>
    /// The name of the criterion that scored the connections (<see cref="IPruningCriterion.Name"/>); null in models that an earlier version
    /// of the library saved.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Criterion { get; init; }

    /// <summary>All connections.</summary>
    [JsonIgnore]
    public long Connections => Layers.Sum(layer => layer.Connections);

    /// <summary>Connections that were kept.</summary>
    [JsonIgnore]
    public long Kept => Layers.Sum(layer => layer.Kept);

    /// <summary>The fraction of all connections that was pruned, in [0, 1).</summary>
    [JsonIgnore]
    public double Sparsity => Connections == 0 ? 0 : 1 - ((double)Kept / Connections);

    /// <summary>Floating-point operations for one image in the dense network: two for each use of a connection.</summary>
    [JsonIgnore]
    public long DenseFlops => Layers.Sum(layer => layer.DenseFlops);

    /// <summary>Floating-point operations for one image with the kept connections only.</summary>
    [JsonIgnore]
    public long KeptFlops => Layers.Sum(layer => layer.KeptFlops);

    /// <summary>
    /// A table to print: one line for each parameter and one for the total, with the number of connections, the number kept, and the FLOPs
    /// for one image with the kept connections.
    /// </summary>
    public override string ToString() => PruningReportText.Write(this);

    /// <summary>What a mask keeps of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="criterion">The name of the criterion that the mask was selected by.</param>
    internal static PruningReport From(NetworkDefinition network, PruningMask mask, string criterion)
    {
        HashSet<string> masked = [.. mask.Parameters.Select(parameter => parameter.Name)];
        return new PruningReport(
            network.Name,
            [.. network.Parameters
                .Where(parameter => parameter.Role == ParameterRole.Weight || masked.Contains(parameter.Name))
                .Select(parameter => new LayerReport(
                    parameter.Name,
                    parameter.Count,
                    masked.Contains(parameter.Name) ? mask.KeptCountOf(parameter.Name) : parameter.Count,
                    parameter.OutputPositions))])
        {
            Criterion = criterion,
            RetainedPerPixel = RetainedConnectionCounter.Count(network, mask),
        };
    }
}

/// <summary>The connections that pruning kept of one parameter.</summary>
/// <param name="Name">The parameter's name, for example <c>conv1.weight</c>.</param>
/// <param name="Connections">How many connections it had.</param>
/// <param name="Kept">How many it kept.</param>
/// <param name="OutputPositions">
/// How often each connection is used for one image: the output positions of a convolution, the steps of a sequence, otherwise 1.
/// </param>
public sealed record LayerReport(string Name, long Connections, long Kept, [property: JsonPropertyName("uses")] long OutputPositions)
{
    /// <summary>The fraction that was kept, in [0, 1].</summary>
    [JsonIgnore]
    public double Density => Connections == 0 ? 0 : (double)Kept / Connections;

    /// <summary>Floating-point operations for one image before pruning.</summary>
    [JsonIgnore]
    public long DenseFlops => 2 * Connections * OutputPositions;

    /// <summary>Floating-point operations for one image with the kept connections only.</summary>
    [JsonIgnore]
    public long KeptFlops => 2 * Kept * OutputPositions;
}
