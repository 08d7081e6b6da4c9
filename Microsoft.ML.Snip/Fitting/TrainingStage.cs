using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Images.Examples;
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
        float[]? classWeights = options.ClassWeighting.Of(options.ClassWeights, training);
        return new TrainingSettings(
            options.Epochs,
            options.BatchSize,
            recipe.Optimizer,
            options.LearningRate ?? (recipe.LearningRate * EffectiveExamples.RateFactor(training, classWeights)),
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
            CheckpointInterval = options.CheckpointInterval,
            DivergenceRestarts = options.DivergenceRestarts,
            ClassWeights = classWeights,
        };
    }

    /// <summary>Trains to the end.</summary>
    /// <param name="run">What to train with.</param>
    /// <param name="choice">The engine.</param>
    /// <param name="network">The network with its initial weights.</param>
    /// <param name="threads">The largest number of threads of the managed engine.</param>
    /// <param name="callbacks">Whom to tell what happens.</param>
    /// <param name="from">Where to go on; null to start.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="InvalidOperationException">Training diverges.</exception>
    public static (TrainingHistory History, PruningMask Kept) Run(
        TrainingRun run, EngineChoice choice, TrainableNetwork network, int threads, TrainingCallbacks callbacks, TrainingState? from,
        FitLog log)
    {
        TrainingSettings settings = run.Settings;
        log.Chooses(choice);
        log.Trains(settings, run.Training.Count);
        settings.RequireTrains(network.Definition, run.Training.Count);
        using ITrainingEngine engine = choice.Engine == TrainingEngine.Managed
            ? network.CreateManagedEngine(run, threads)
            : network.CreateTorchEngine(run);
        (TrainingHistory history, PruningMask kept) = new TrainingLoop(run, engine, callbacks, from).Run();
        log.Stops(history, settings);
        log.Evaluates(history, run.Training.Dataset.Classes);
        log.WarnIf(ChanceLevel.FindNear(history.Epochs[^1], run.Training, run.Validation, settings.LearningRate));
        return (history with { Engine = choice.Engine, EngineReason = choice.Reason }, kept);
    }
}
