using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>A module of the user's own that no layers can stand for.</summary>
internal sealed class UserNetwork : TrainableNetwork
{
    private readonly ModuleFactory _factory;
    private readonly GlobalGenerator _generator;

    /// <param name="definition">The module as a network of one layer.</param>
    /// <param name="module">The module; this object's own from now on.</param>
    /// <param name="factory">Makes another.</param>
    /// <param name="generator">What the module draws from while it trains; this object's own from now on.</param>
    public UserNetwork(
        NetworkDefinition definition, nn.Module<Tensor, Tensor> module, ModuleFactory factory, GlobalGenerator generator)
        : base(definition, module)
    {
        _factory = factory;
        _generator = generator;
    }

    public override string ConvolutionCure => "oneDNN is switched off in this process until the fit ends, which is right, and slower.";

    private string Name => Definition.Module!.RegisteredName;

    public override IDisposable? CureConvolutions() => ConvolutionCheck.SwitchOneDnnOffWhereWrong();

    public override string? FindFault(ImageSample sample)
    {
        using DisposeScope scope = NewDisposeScope();
        return ModuleOutputs.AreProbabilities(Module, ToTensor(sample, 0, sample.Count))
            ? $"The outputs of the module '{Name}' are probabilities: none is below 0, and those of an image sum to 1, so it seems to end with a softmax. "
                + "The loss takes logits and applies a softmax of its own; through two of them the module trains slowly and badly. Leave its softmax out."
            : null;
    }

    public override void Redraw(Random random, double sparsity) =>
        throw new InvalidOperationException($"The module '{Name}' brings its own initial weights; they cannot be redrawn.");

    public override void RequireSignal(PruningMask mask, double sparsity, string criterion, ScoringBatches scored) =>
        CollapseGuard.Check(mask, sparsity, criterion, passes: () => ModuleSignal.Passes(Module, mask, scored.Read().First().Inputs));

    public override INetworkExecutor CreateExecutor(SparseNetwork network) => new ModuleExecutor(_factory, network);

    public override string Explain(PredictionFault fault) => fault switch
    {
        PredictionFault.DiffersEachTime =>
            $"The module '{Name}' gives other outputs each time for the same images: it draws random numbers in evaluation mode too. "
            + "Draw them only while 'training' is true; a registered nn.Dropout does.",
        PredictionFault.MixesBatch =>
            $"The module '{Name}' gives other outputs for images one by one than in a batch, which predictions are made in: in evaluation mode too it "
            + "mixes the images of a batch, as a batch norm with track_running_stats false does. What it gives for an image must not depend on the others.",
        _ =>
            $"The module '{Name}' would predict otherwise than it was trained to: its state is more than its parameters and persistent buffers, "
            + "which are all that a new module of the factory is given. Look for constants drawn at random in its constructor (register_buffer stores them), "
            + "tensors from outside that change, fields that forward writes, and buffers registered as not persistent.",
    };

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _generator.Dispose();
        }
    }
}
