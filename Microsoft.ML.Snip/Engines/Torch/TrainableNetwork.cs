using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Pruning.Criteria;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>
/// The network that a fit scores, prunes and trains: a TorchSharp module, built from the library's layers or custom. Its users handle no
/// tensors and need not distinguish the two kinds.
/// </summary>
/// <param name="definition">The network.</param>
/// <param name="module">The module that computes the network, with its initial weights; disposed with this object.</param>
internal abstract class TrainableNetwork(NetworkDefinition definition, nn.Module<Tensor, Tensor> module) : IDisposable
{
    /// <summary>The network.</summary>
    public NetworkDefinition Definition => definition;

    /// <summary>The workaround for wrong convolutions, as a sentence for the log.</summary>
    public abstract string ConvolutionWorkaround { get; }

    /// <summary>The module.</summary>
    protected nn.Module<Tensor, Tensor> Module => module;

    /// <summary>
    /// Makes convolutions correct on a machine whose libtorch computes wrong ones, until the result is disposed; null if nothing has to be
    /// restored.
    /// </summary>
    public abstract IDisposable? WorkAroundWrongConvolutions();

    /// <summary>A warning before training; null if there is none.</summary>
    /// <param name="sample">Some training images.</param>
    public abstract string? FindFault(ImageSample sample);

    /// <summary>Draws new initial weights.</summary>
    public abstract void Redraw(Random random, double sparsity);

    /// <exception cref="InvalidOperationException">The mask removes whole layers, so that no signal passes.</exception>
    /// <param name="mask">The mask.</param>
    /// <param name="sparsity">The requested sparsity.</param>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="scored">The images on which connections were scored.</param>
    public abstract void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored);

    /// <summary>Creates the executor that predicts with the trained network.</summary>
    /// <param name="network">The trained network.</param>
    public abstract INetworkExecutor CreateExecutor(SparseNetwork network);

    /// <summary>The error message for predictions that differ from those of the trained network.</summary>
    public abstract string Explain(PredictionFault fault);

    /// <summary>The parameters that can be pruned, by name.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public string[] FindPrunable(bool includeBiases) =>
        [.. ParameterSelection.Choose(module, includeBiases, isPrunable: null).Select(entry => entry.Name)];

    /// <exception cref="ArgumentException">The mask has a parameter that the network does not have, or of another shape.</exception>
    public void RequireFits(PruningMask mask)
    {
        foreach ((_, _, Tensor bound) in mask.BindTo(module))
        {
            bound.Dispose();
        }
    }

    /// <summary>Scores its connections.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="scored">The labelled images to score on.</param>
    /// <param name="isPrunable">Whether the parameter with a given name may be pruned.</param>
    /// <param name="includeBiases">Whether biases are scored too.</param>
    /// <param name="sparsity">The sparsity that will be selected.</param>
    /// <param name="random">The random numbers of the criterion.</param>
    public PruningScores Score(
        IPruningCriterion criterion, ScoringBatches scored, Func<string, bool> isPrunable, bool includeBiases, double sparsity,
        Random random)
    {
        var context = new PruningContext(module, scored.Read())
        {
            IncludeBiases = includeBiases,
            IsPrunable = isPrunable,
            Sparsity = sparsity,
            Random = random,
        };
        return criterion.Score(context);
    }

    /// <summary>What the managed engine cannot train, as a part of a sentence; null if it trains the whole network.</summary>
    /// <param name="pruneBiases">Whether biases are pruned too.</param>
    public abstract string? FindUncovered(bool pruneBiases);

    /// <summary>Starts training under a mask with TorchSharp.</summary>
    /// <param name="run">What to train with.</param>
    public ITrainingEngine CreateTorchEngine(TrainingRun run) => new TorchEngine(module, run, Seed);

    /// <summary>Starts training under a mask with the managed engine, which gives the trained weights back when it finishes.</summary>
    /// <param name="run">What to train with.</param>
    /// <param name="threads">The largest number of threads.</param>
    /// <exception cref="NotSupportedException">The managed engine cannot train this network.</exception>
    public abstract ITrainingEngine CreateManagedEngine(TrainingRun run, int threads);

    /// <summary>The kept weights and the other parameters of the trained network.</summary>
    /// <param name="mask">The kept connections.</param>
    public SparseNetwork ToSparse(PruningMask mask) => TrainedNetwork.ToSparse(definition, module.state_dict(), mask);

    /// <summary>The largest absolute logit of some images, in evaluation mode.</summary>
    public float FindLargestLogit(ImageSample sample)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Logits(sample, 0, sample.Count).abs().max().item<float>();
    }

    /// <summary>The logarithm of the probability of each class for each image, in evaluation mode.</summary>
    public float[] PredictLogarithms(ImageSample sample, int first, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Logits(sample, first, count).log_softmax(1).contiguous().data<float>().ToArray();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Seeds the random numbers that the module draws in training.</summary>
    protected abstract void Seed(int seed);

    /// <summary>Frees the module.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            module.Dispose();
        }
    }

    /// <summary>Images as a new tensor [count, channels, height, width].</summary>
    protected static Tensor ToTensor(ImageSample sample, int first, int count) => tensor(
        sample.Pixels.AsSpan(first * sample.ImageLength, count * sample.ImageLength).ToArray(),
        [count, sample.Shape.Channels, sample.Shape.Height, sample.Shape.Width]);

    private Tensor Logits(ImageSample sample, int first, int count)
    {
        module.eval();
        return module.call(ToTensor(sample, first, count));
    }
}

/// <summary>How predictions can differ from those of the trained network.</summary>
internal enum PredictionFault
{
    /// <summary>The same images give different outputs each time.</summary>
    DiffersEachTime,

    /// <summary>In the trained module, images give different outputs one by one than in a batch.</summary>
    MixesBatch,

    /// <summary>A batch gives other outputs than with the trained network.</summary>
    DiffersFromTrained,

    /// <summary>Images give different predictions one by one than in a batch.</summary>
    DiffersInParts,
}
