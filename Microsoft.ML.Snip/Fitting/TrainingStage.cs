using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Trains the weights of a network with a mask.</summary>
internal static class TrainingStage
{
    /// <summary>The training settings; values that the options do not set are chosen for the network and its sparsity.</summary>
    public static TrainingSettings ChooseSettings(Options options, NetworkDefinition network, PruningMask mask, ExampleSet training)
    {
        // The mask's sparsity, because layers may have individual sparsities.
        var recipe = TrainingRecipe.For(network, Math.Round(mask.Sparsity, 3), options.Optimizer);
        return new TrainingSettings(
            options.Epochs,
            options.BatchSize,
            recipe.Optimizer,
            options.LearningRate ?? recipe.LearningRate,
            options.LearningRateSchedule,
            options.Momentum,
            options.WeightDecay ?? recipe.WeightDecay,
            mask.KeptCount < mask.ConnectionCount ? options.DropFraction : 0,
            options.MaskUpdateInterval,
            options.Augmentation)
        {
            Nesterov = options.Nesterov,
            MaxGradientNorm = options.MaxGradientNorm,
            LabelSmoothing = options.LabelSmoothing,
            WarmUpEpochs = options.WarmUpEpochs,
            EarlyStopping = options.EarlyStopping,
            MaxTime = options.MaxTrainingTime,
            DivergenceRestarts = options.DivergenceRestarts,
            ClassWeights = options.ClassWeighting.Of(training),
        };
    }

    /// <exception cref="InvalidOperationException">Training diverges.</exception>
    public static (TrainingHistory History, PruningMask Kept) Run(
        TrainingSettings settings, EngineChoice choice, TrainableNetwork network, PruningMask mask, FitData data, RandomStreams random,
        int threads, Action checkAlive, Action<TrainingProgress> report, FitLog log)
    {
        log.Chooses(choice);
        log.Trains(settings, data.Training.Count);
        settings.RequireTrains(network.Definition, data.Training.Count);
        var run = new TrainingRun(settings, mask, data.Training, data.Validation, data.Normalization, random);
        using ITrainingEngine engine = choice.Engine == TrainingEngine.Managed
            ? network.CreateManagedEngine(run, threads)
            : network.CreateTorchEngine(run);
        var callbacks = new TrainingCallbacks
        {
            CheckAlive = checkAlive, Report = report, ReportEpoch = log.Ends, Warn = log.Warn,
        };
        (TrainingHistory history, PruningMask kept) = new TrainingLoop(run, engine, callbacks).Run();
        log.Stops(history, settings);
        log.WarnIf(ChanceLevel.FindNear(history.Epochs[^1], data.Training, data.Validation, settings.LearningRate));
        return (history with { Engine = choice.Engine, EngineReason = choice.Reason, SkippedImages = data.SkippedCount }, kept);
    }
}
