using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Managed.Training;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>A trainable network of the library's layers.</summary>
internal sealed class LayeredNetwork : TrainableNetwork
{
    private readonly TorchNetwork _network;

    /// <param name="network">The network's module with its initial weights; owned by this object.</param>
    public LayeredNetwork(TorchNetwork network)
        : base(network.Definition, network) => _network = network;

    public override string ConvolutionWorkaround =>
        "The network's convolutions are computed with channels of zeros added, which gives "
        + "correct results.";

    /// <param name="definition">The network.</param>
    /// <param name="initial">The initial weights, or null; parameters that are not in it are drawn at random.</param>
    /// <param name="random">Draws initial weights and dropout.</param>
    /// <param name="sparsity">The sparsity to which the network will be pruned.</param>
    /// <exception cref="ArgumentException">The initial weights do not fit the network.</exception>
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

    public override IDisposable? WorkAroundWrongConvolutions() => null;

    public override string? FindFault(ImageSample sample) => null;

    public override void Redraw(Random random, double sparsity) =>
        _network.LoadParameters(WeightInitializer.Draw(Definition, random, sparsity));

    public override void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored) =>
        CollapseGuard.Check(mask, sparsity, criterion, Definition);

    public override string? FindUncovered(bool pruneBiases) => TrainingCoverage.FindUncovered(Definition, pruneBiases);

    public override ITrainingEngine CreateManagedEngine(TrainingRun run, int threads) =>
        ManagedEngine.Create(ToSparse(run.Mask), run, TakeWeights, threads);

    public override INetworkExecutor CreateExecutor(SparseNetwork network) => new SparseExecutor(network);

    public override string Explain(PredictionFault fault)
    {
        string how = fault == PredictionFault.DiffersInParts ? "image by image" : "as one batch";
        return $"The network '{Definition.Name}' predicts differently {how} from the trained network. All its layers are built-in, so "
            + "the cause is this library or libtorch on this machine. Please report this message.";
    }

    protected override void Seed(int seed) => _network.SeedDropout(seed);

    private void TakeWeights(SparseNetwork trained)
    {
        var values = new Dictionary<string, float[]>(trained.Vectors, StringComparer.Ordinal);
        foreach ((string name, SparseMatrix weight) in trained.Weights)
        {
            values.Add(name, weight.ToDense());
        }

        _network.LoadParameters(values);
        _network.eval();
    }
}
