using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>A trainable network of a custom module that cannot be converted to layers.</summary>
internal sealed class UserNetwork : TrainableNetwork
{
    private readonly ModuleFactory _factory;
    private readonly GlobalGenerator _generator;

    /// <param name="definition">The module described as a network of one layer.</param>
    /// <param name="module">The module; owned by this object.</param>
    /// <param name="factory">Creates another module of the same kind.</param>
    /// <param name="generator">The generator from which the module draws during training; owned by this object.</param>
    public UserNetwork(
        NetworkDefinition definition, nn.Module<Tensor, Tensor> module, ModuleFactory factory, GlobalGenerator generator)
        : base(definition, module)
    {
        _factory = factory;
        _generator = generator;
    }

    public override string ConvolutionWorkaround =>
        "oneDNN is switched off in this process until the fit ends, which gives correct "
        + "results but is slower.";

    private string Name => Definition.Module!.RegisteredName;

    public override IDisposable? WorkAroundWrongConvolutions() => ConvolutionCheck.SwitchOneDnnOffWhereWrong();

    public override string? FindFault(ImageSample sample)
    {
        using DisposeScope scope = NewDisposeScope();
        return ModuleOutputs.AreProbabilities(Module, ToTensor(sample, 0, sample.Count))
            ? $"The outputs of the module '{Name}' are probabilities: none is below 0, and those of an image sum to 1, so it seems to end "
                + "with a softmax. The loss takes logits and applies a softmax itself; with two of them the module trains slowly and "
                + "badly. Remove the module's softmax."
            : null;
    }

    public override void Redraw(Random random, double sparsity) =>
        throw new InvalidOperationException($"The module '{Name}' has its own initial weights; they cannot be redrawn.");

    public override void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored) =>
        CollapseGuard.Check(mask, sparsity, criterion, passes: () => ModuleSignal.Passes(Module, mask, scored.Read().First().Inputs));

    public override string? FindUncovered(bool pruneBiases) => $"the custom module '{Name}'";

    public override ITrainingEngine CreateManagedEngine(TrainingRun run, int threads) =>
        throw new NotSupportedException($"Only TorchSharp can train {FindUncovered(pruneBiases: false)}.");

    public override INetworkExecutor CreateExecutor(SparseNetwork network) => new ModuleExecutor(_factory, network);

    public override string Explain(PredictionFault fault) => fault switch
    {
        PredictionFault.DiffersEachTime =>
            $"The module '{Name}' gives different outputs each time for the same images: it draws random numbers in evaluation mode too. "
            + "Draw them only while 'training' is true, as a registered nn.Dropout does.",
        PredictionFault.MixesBatch =>
            $"The module '{Name}' gives different outputs for images one by one than in a batch: in evaluation mode too it mixes the "
            + "images of a batch, as a batch norm with track_running_stats false does. The output for an image must not depend on the "
            + "other images of the batch.",
        _ =>
            $"The module '{Name}' would predict differently from the trained module: its state is more than its parameters and persistent "
            + "buffers, which are all that is copied to a new module of the factory. Look for constants drawn at random in its constructor "
            + "(register_buffer stores them), tensors from outside that change, fields that forward writes, and buffers registered as not "
            + "persistent.",
    };

    protected override void Seed(int seed) => manual_seed(seed);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _generator.Dispose();
        }
    }
}
