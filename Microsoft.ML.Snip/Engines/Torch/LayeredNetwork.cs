using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>A network of the library's layers.</summary>
internal sealed class LayeredNetwork : TrainableNetwork
{
    private readonly TorchNetwork _network;

    /// <param name="network">The network's module, its initial weights set; this object's own from now on.</param>
    public LayeredNetwork(TorchNetwork network)
        : base(network.Definition, network) => _network = network;

    public override string ConvolutionCure => "The network's own are computed with channels of zeros added, which is right.";

    /// <param name="definition">The network.</param>
    /// <param name="initial">Weights to start from, or null; parameters that it does not name are drawn at random.</param>
    /// <param name="random">Where initial weights and dropouts come from.</param>
    /// <param name="sparsity">The sparsity that it will be pruned to.</param>
    /// <exception cref="ArgumentException">The initial weights do not suit the network.</exception>
    public static LayeredNetwork Create(NetworkDefinition definition, NetworkWeights? initial, RandomStreams random, double sparsity)
    {
        var network = new TorchNetwork(definition, random.SeedOf("dropout"));
        network.LoadParameters(WeightInitializer.Draw(definition, random.Create("initial weights"), sparsity));
        if (initial is not null)
        {
            network.LoadParameters(initial.For(definition));
        }

        return new LayeredNetwork(network);
    }

    public override IDisposable? CureConvolutions() => null;

    public override string? FindFault(ImageSample sample) => null;

    public override void Redraw(Random random, double sparsity) =>
        _network.LoadParameters(WeightInitializer.Draw(Definition, random, sparsity));

    public override void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored) =>
        CollapseGuard.Check(mask, sparsity, criterion, Definition);

    public override INetworkExecutor CreateExecutor(SparseNetwork network) => new SparseExecutor(network);

    public override string Explain(PredictionFault fault)
    {
        string how = fault == PredictionFault.DiffersInParts ? "image by image" : "as one batch";
        return $"The network '{Definition.Name}' predicts otherwise than it was trained to, {how}, though nothing of it is yours: "
            + "the library, or what libtorch computes on this machine, is at fault. Please report it with this message.";
    }
}
