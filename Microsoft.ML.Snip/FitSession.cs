using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Modules;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Torch;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>One fit from rows to model: read, initialise, score, prune, train, compact. Torch's objects live no longer than <see cref="Run"/>.</summary>
/// <param name="options">Checked options.</param>
/// <param name="seed">The seed of all that is random.</param>
/// <param name="channel">The log.</param>
/// <param name="checkAlive">Throws if the fit is cancelled.</param>
/// <param name="report">Told after each batch.</param>
internal sealed class FitSession(
    PrunedImageClassificationTrainer.Options options, int seed, IChannel channel, Action checkAlive, Action<TrainingProgress> report)
{
    /// <summary>Pictures of each class that connections are scored on, and how many there are at least.</summary>
    private const int ScoredOfClass = 10, LeastScored = 100;

    private readonly RandomStreams _random = new(seed);

    /// <summary>Reads the rows, prunes and trains a network on them, and gives what is worth keeping, and what predicts with it.</summary>
    public (SnipModel Model, INetworkExecutor Executor) Run(IDataView input)
    {
        (ExampleSet training, ExampleSet? validation) = ReadExamples(input);
        ImageDataset dataset = training.Dataset;
        if (options.Augmentation is { } augmentation)
        {
            Augmenter.CheckFits(augmentation, dataset.Shape);
        }

        PixelNormalization normalization = dataset.ComputeNormalization(training.Examples);

        TorchRuntime.EnsureLoaded(message => channel.Info(message));
        using TorchState state = TorchState.EnterWithDefaults();
        using DisposeScope scope = NewDisposeScope();
        using TrainableNetwork network = TrainableNetwork.Create(options, training, _random, channel.Info);
        using IDisposable? switched = MakeConvolutionsRight(network);
        NetworkDefinition definition = network.Definition;
        int threadCount = options.Threads ?? TorchThreads.Choose(definition, options.BatchSize);
        channel.Info(
            $"{definition.Name}: {training.Count} pictures of {dataset.Shape}, {dataset.Classes.Count} classes; seed {seed}; torch threads {threadCount}.");
        foreach (string note in definition.Notes)
        {
            channel.Info(note);
        }

        WarnIf(FitWarnings.FindTooManyThreads(threadCount));
        using var threads = new TorchThreads(threadCount);
        var sample = new PictureSample(training, normalization);
        WarnIf(FitWarnings.FindSoftmax(network, sample));
        PruningMask mask = Prune(network, training, normalization);
        PruningReport pruned = PruningReport.From(definition, mask);
        channel.Info(FormattableString.Invariant(
            $"Kept {pruned.Kept} of {pruned.Connections} connections (sparsity {pruned.Sparsity:F4}) and {pruned.KeptFlops} of {pruned.DenseFlops} FLOPs."));
        WarnIf(MaskBalance.FindImbalance(mask, options.LayerSparsities));
        ModelPayload.Foresee(definition, normalization, dataset.Classes, pruned, options.Epochs);
        if (options.RedrawWeights)
        {
            network.Redraw(_random.Create("redrawn weights"), options.Sparsity);
        }

        TrainingSettings settings = ChooseSettings(definition, mask);
        (TrainingHistory history, PruningMask kept) = Train(settings, network, mask, training, validation, normalization);
        WarnIf(ChanceLevel.FindNear(history.Epochs[^1], training, validation, settings.LearningRate));
        PruningReport report = ReferenceEquals(kept, mask) ? pruned : PruningReport.From(definition, kept);
        int skipped = new[] { dataset, validation?.Dataset ?? dataset }.Distinct().Sum(set => set.SkippedCount);
        history = history with { SkippedImages = skipped };
        var model = new SnipModel(network.ToSparse(kept), normalization, dataset.Classes, report, history) { Background = options.Ground };
        INetworkExecutor executor = options.ModuleFactory is { } factory && model.Network.Definition.Module is not null
            ? new ModuleExecutor(factory, model.Network)
            : ModuleRegistry.CreateExecutor(model.Network);
        PredictionCheck.Run(network, executor, sample, settings.LearningRate);
        return (model, executor);
    }

    private void WarnIf(string? warning)
    {
        if (warning is not null)
        {
            channel.Warning(warning);
        }
    }

    /// <summary>Sees to right convolutions for the time of the fit; null where nothing need be put back.</summary>
    /// <exception cref="InvalidOperationException">A module of one's own would be trained on wrong numbers, and that cannot be helped from here.</exception>
    private IDisposable? MakeConvolutionsRight(TrainableNetwork network)
    {
        if (ConvolutionCheck.FindFault() is not { } fault)
        {
            return null;
        }

        bool hasLayers = network.Definition.Module is null;
        IDisposable? switched = hasLayers ? null : ConvolutionCheck.SwitchOneDnnOffWhereWrong();
        channel.Warning(
            $"libtorch computes wrong convolutions on this machine ({fault}); as a rule the reason is that a virtual machine hides the sizes of its caches. "
            + (hasLayers
                ? "The network's own are computed with channels of zeros added, which is right."
                : "oneDNN is switched off in this process until the fit ends, which is right, and slower."));
        return switched;
    }

    private (ExampleSet Training, ExampleSet? Validation) ReadExamples(IDataView input)
    {
        var loader = new ImageDatasetLoader(options.LabelColumnName, options.ImageColumnName, checkAlive, message => channel.Warning(message))
        {
            Background = options.Ground,
            InvalidImages = options.InvalidImages,
            Inform = message => channel.Info(message),
        };
        ImageDataset dataset = loader.LoadTrainingSet(input, options.Network?.InputShape ?? options.ImageShape);
        if (options.ValidationSet is not null)
        {
            return (ExampleSet.All(dataset), ExampleSet.All(loader.LoadValidationSet(options.ValidationSet, dataset)));
        }

        if (options.ValidationFraction > 0)
        {
            (int[] train, int[] held) = StratifiedSplit.Split(dataset.Labels, options.ValidationFraction, _random.Create("validation split"));
            if (held.Length > 0)
            {
                return (new ExampleSet(dataset, train), new ExampleSet(dataset, held));
            }

            channel.Warning(FormattableString.Invariant(
                $"Nothing is held out to evaluate on: a ValidationFraction of {options.ValidationFraction} is less than one of {dataset.Count} rows."));
        }

        return (ExampleSet.All(dataset), null);
    }

    private PruningMask Prune(TrainableNetwork network, ExampleSet training, PixelNormalization normalization)
    {
        int scored = options.SensitivityBatchSize ?? Math.Max(LeastScored, ScoredOfClass * training.Dataset.Classes.Count);
        ExampleSet sample = training.Sample(scored, _random.Create("sensitivity sample"));
        channel.Info($"Connections are scored on {sample.Count} pictures.");
        using var batches = new BatchTensors(sample.Dataset, normalization, Math.Min(options.BatchSize, sample.Count));
        IPruningCriterion criterion = options.Criterion ?? new SnipCriterion();
        var context = new PruningContext(network.Module, Batches(batches, sample, normalization))
        {
            IncludeBiases = options.PruneBiases,
            IsPrunable = IsPrunable,
            Sparsity = options.Sparsity,
            Random = _random.Create("pruning criterion"),
        };
        CheckPatterns(context);
        var mask = PruningMask.Select(criterion.Score(context), options.Sparsity, options.LayerSparsities);
        bool hasLayers = network.Definition.Module is null;
        CollapseGuard.Check(
            mask, options.Sparsity, criterion.Name, hasLayers ? network.Definition : null,
            hasLayers ? null : () => ModuleSignal.Passes(network.Module, mask, Batches(batches, sample, normalization).First().Inputs));
        return mask;
    }

    private bool IsPrunable(string parameterName) => !Array.Exists(options.Exclude, pattern => LayerPattern.Fits(pattern, parameterName));

    /// <exception cref="ArgumentException">A pattern fits nothing, or nothing is left to prune.</exception>
    private void CheckPatterns(PruningContext context)
    {
        string[] all = [.. ParameterSelection.Choose(context.Network, context.IncludeBiases, isPrunable: null).Select(entry => entry.Name)];
        LayerPattern.RequireFits(options.Exclude, all, nameof(options.Exclude));
        string[] left = Array.FindAll(all, IsPrunable);
        if (left.Length == 0)
        {
            throw new ArgumentException($"Exclude leaves no layer to prune: [{string.Join(", ", options.Exclude)}]. For the dense network set Sparsity to 0 and exclude nothing.");
        }

        LayerPattern.RequireNotExcluded(options.LayerSparsities, options.Exclude, all);
        LayerPattern.RequireFits(options.LayerSparsities.Select(entry => entry.Pattern), left, nameof(options.LayerSparsities));
    }

    /// <summary>The batches to score on; the same, to the last augmented pixel, each time they are gone through.</summary>
    private IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(BatchTensors batches, ExampleSet sample, PixelNormalization normalization)
    {
        Augmenter? augmenter = options.Augmentation is { WhenScoring: true } augmentation
            ? new Augmenter(augmentation, sample.Dataset.Shape, normalization, _random.Create("augmentation of the sensitivity sample"))
            : null;
        for (int start = 0; start < sample.Count; start += options.BatchSize)
        {
            checkAlive();
            yield return batches.Fill(sample.Examples.AsSpan(start, Math.Min(options.BatchSize, sample.Count - start)), augmenter);
        }
    }

    private TrainingSettings ChooseSettings(NetworkDefinition definition, PruningMask mask)
    {
        var recipe = TrainingRecipe.For(definition, Math.Round(mask.Sparsity, 3), options.Optimizer); // Layers may have a sparsity of their own.
        return new TrainingSettings(
            options.Epochs,
            options.BatchSize,
            recipe.Optimizer,
            options.LearningRate ?? recipe.LearningRate,
            options.LearningRateSchedule,
            options.Momentum,
            options.WeightDecay ?? recipe.WeightDecay,
            mask.KeptCount < mask.ConnectionCount ? options.RewiringFraction : 0,
            options.RewiringInterval,
            options.Augmentation);
    }

    private (TrainingHistory History, PruningMask Kept) Train(
        TrainingSettings settings, TrainableNetwork network, PruningMask mask, ExampleSet training, ExampleSet? validation, PixelNormalization normalization)
    {
        channel.Info(FormattableString.Invariant(
            $"Training {settings.Epochs} epochs in batches of {settings.BatchSize}: {settings.Optimizer}, learning rate {settings.LearningRate} ({settings.Schedule}), momentum {settings.Momentum}, weight decay {settings.WeightDecay}."));
        if (options.Augmentation is { } augmentation)
        {
            channel.Info($"Training pictures are shifted by up to {augmentation.Shift} pixels{(augmentation.HorizontalFlip ? " and mirrored half the time" : string.Empty)}.");
        }

        if (settings.RewiringFraction > 0)
        {
            LogRewiring(settings, (long)settings.CountBatches(training.Count) * settings.Epochs);
        }

        var run = new MaskedTraining(settings, _random, checkAlive, report, LogEpoch);
        return run.Run(network.Module, mask, training, validation, normalization);
    }

    private void LogRewiring(TrainingSettings settings, long stepCount)
    {
        long moves = Rewiring.CountMoves(settings.RewiringInterval, stepCount);
        if (moves == 0)
        {
            channel.Warning($"Nothing will be rewired: training takes {stepCount} steps, too few for a RewiringInterval of {settings.RewiringInterval}.");
            return;
        }

        channel.Info(FormattableString.Invariant(
            $"Every {settings.RewiringInterval} steps, {moves} times in all, kept connections make way for others: {settings.RewiringFraction} of them at first, fewer later."));
    }

    private void LogEpoch(EpochSummary epoch)
    {
        string held = epoch.ValidationLoss is null
            ? string.Empty
            : FormattableString.Invariant($"; validation loss {epoch.ValidationLoss:F4}, accuracy {epoch.ValidationAccuracy:F4}");
        channel.Info(FormattableString.Invariant($"Epoch {epoch.Epoch}: loss {epoch.Loss:F4}, accuracy {epoch.Accuracy:F4}{held}."));
    }
}
