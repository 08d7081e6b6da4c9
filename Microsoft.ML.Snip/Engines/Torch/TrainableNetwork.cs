using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Pruning.Criteria;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>
/// What a fit scores, prunes and trains: a TorchSharp module, of the library's layers or the user's own. Those who use it see no tensor and
/// need not know which of the two it is.
/// </summary>
/// <param name="definition">The network.</param>
/// <param name="module">The module that computes it, its initial weights set; disposed of with this object.</param>
internal abstract class TrainableNetwork(NetworkDefinition definition, nn.Module<Tensor, Tensor> module) : IDisposable
{
    /// <summary>The network.</summary>
    public NetworkDefinition Definition => definition;

    /// <summary>What is done about wrong convolutions, as a sentence for the log.</summary>
    public abstract string ConvolutionCure { get; }

    /// <summary>The module.</summary>
    protected nn.Module<Tensor, Tensor> Module => module;

    /// <summary>
    /// Sees to right convolutions on a machine whose libtorch computes wrong ones, until the result is disposed of; null where nothing need
    /// be put back.
    /// </summary>
    public abstract IDisposable? CureConvolutions();

    /// <summary>What to warn of before training; null if nothing.</summary>
    /// <param name="sample">Some training images.</param>
    public abstract string? FindFault(ImageSample sample);

    /// <summary>Draws other initial weights.</summary>
    public abstract void Redraw(Random random, double sparsity);

    /// <exception cref="InvalidOperationException">The mask cuts layers whole, so that no signal would pass.</exception>
    /// <param name="mask">The mask.</param>
    /// <param name="sparsity">The sparsity that was asked for.</param>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="scored">What it was scored on.</param>
    public abstract void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored);

    /// <summary>What predicts with the trained network.</summary>
    /// <param name="network">The trained network.</param>
    public abstract INetworkExecutor CreateExecutor(SparseNetwork network);

    /// <summary>What to say where what predicts does not do what was trained.</summary>
    public abstract string Explain(PredictionFault fault);

    /// <summary>The parameters that can be pruned, by name.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public string[] FindPrunable(bool includeBiases) =>
        [.. ParameterSelection.Choose(module, includeBiases, isPrunable: null).Select(entry => entry.Name)];

    /// <summary>Scores its connections.</summary>
    /// <param name="criterion">How.</param>
    /// <param name="scored">Labelled images.</param>
    /// <param name="isPrunable">Whether the parameter of a name may be pruned.</param>
    /// <param name="includeBiases">Whether biases are scored too.</param>
    /// <param name="sparsity">The sparsity that will be selected.</param>
    /// <param name="random">The criterion's source of chance.</param>
    public PruningScores Score(
        IPruningCriterion criterion, ScoringBatches scored, Func<string, bool> isPrunable, bool includeBiases, double sparsity, Random random)
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

    /// <summary>Starts training under a mask.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="mask">Which connections are kept.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">A set to evaluate on, or null.</param>
    /// <param name="normalization">How pixels are normalised.</param>
    /// <param name="random">Where all that is random comes from.</param>
    public ITrainingEngine CreateEngine(
        TrainingSettings settings, PruningMask mask, ExampleSet training, ExampleSet? validation, PixelNormalization normalization, RandomStreams random) =>
        new TorchEngine(module, mask, settings, training, validation, normalization, random);

    /// <summary>The trained network's kept weights, and its other parameters.</summary>
    /// <param name="mask">Which connections are kept.</param>
    public SparseNetwork ToSparse(PruningMask mask) => TrainedNetwork.ToSparse(definition, module.state_dict(), mask);

    /// <summary>The largest logit of some images, without its sign, in evaluation mode.</summary>
    public float FindLargestLogit(ImageSample sample)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Logits(sample, 0, sample.Count).abs().max().item<float>();
    }

    /// <summary>The logarithm of each class's probability, image after image, in evaluation mode.</summary>
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

/// <summary>How what predicts can differ from what was trained.</summary>
internal enum PredictionFault
{
    /// <summary>The same images have other outputs each time.</summary>
    DiffersEachTime,

    /// <summary>Images have other outputs one by one than in a batch, as trained.</summary>
    MixesBatch,

    /// <summary>A batch has other outputs than it was trained to.</summary>
    DiffersFromTrained,

    /// <summary>Images have other predictions one by one than in a batch.</summary>
    DiffersInParts,
}
