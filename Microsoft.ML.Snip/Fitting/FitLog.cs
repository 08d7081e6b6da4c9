using System.Globalization;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>The log messages of a fit.</summary>
/// <param name="info">Receives information.</param>
/// <param name="warn">Receives warnings.</param>
internal sealed class FitLog(Action<string> info, Action<string> warn)
{
    public void Info(string message) => info(message);

    public void Warn(string message) => warn(message);

    public void WarnIf(string? message)
    {
        if (message is not null)
        {
            warn(message);
        }
    }

    public void WrongConvolutions(string fault, string workaround) => warn(
        $"libtorch computes wrong convolutions on this machine ({fault}), usually because a virtual machine hides the sizes of its caches. "
        + workaround);

    public void Starts(NetworkDefinition network, ExampleSet training, int seed, int threads)
    {
        ImageDataset dataset = training.Dataset;
        info(
            $"{network.Name}: {training.Count} images of {dataset.Shape}, {dataset.Classes.Count} classes; seed {seed}; torch threads "
            + $"{threads}.");
        foreach (string note in network.Notes)
        {
            info(note);
        }
    }

    public void Scores(int sampleCount) => info($"Connections are scored on {sampleCount} images.");

    public void Kept(PruningReport pruned) => info(string.Create(
        CultureInfo.InvariantCulture,
        $"Kept {pruned.Kept} of {pruned.Connections} connections (sparsity {pruned.Sparsity:F4}) and {pruned.KeptFlops} of "
        + $"{pruned.DenseFlops} FLOPs."));

    /// <summary>Says which classes a model does not know, and which of its classes the data do not have.</summary>
    /// <param name="known">The classes of the model.</param>
    /// <param name="classes">The classes of the data.</param>
    /// <param name="inputs">The number of connections to a class.</param>
    public void Matches(IReadOnlyList<string> known, IReadOnlyList<string> classes, int inputs)
    {
        foreach (string name in classes.Except(known))
        {
            info($"Class '{name}' is new to the model: its logit starts from {inputs} random weights, which are all kept.");
        }

        foreach (string name in known.Except(classes))
        {
            info($"The data have no class '{name}': the model's output for it is left out.");
        }
    }

    public void Trains(DeviceChoice device) => info($"Training runs on {device.Name}.");

    public void Chooses(EngineChoice choice) => info($"Training engine {choice.Engine}: {choice.Reason}.");

    public void Trains(TrainingSettings settings, int examples)
    {
        info(string.Create(
            CultureInfo.InvariantCulture,
            $"Training for {settings.Epochs} epochs with batch size {settings.BatchSize}: {settings.Optimizer}, learning rate "
            + $"{settings.LearningRate} ({settings.Schedule}), momentum {settings.Momentum}, weight decay {settings.WeightDecay}."));
        if (settings.Augmentation is { } augmentation)
        {
            info($"Training images are changed at random: {augmentation}.");
        }

        if (settings.DropFraction > 0)
        {
            UpdatesMask(settings, (long)settings.CountBatches(examples) * settings.Epochs);
        }
    }

    public void Ends(EpochSummary epoch)
    {
        string validation = epoch.ValidationLoss is null
            ? string.Empty
            : FormattableString.Invariant($"; validation loss {epoch.ValidationLoss:F4}, accuracy {epoch.ValidationAccuracy:F4}");
        info(FormattableString.Invariant($"Epoch {epoch.Epoch}: loss {epoch.Loss:F4}, accuracy {epoch.Accuracy:F4}{validation}."));
    }

    /// <summary>Says why training ended before its last epoch, and which epoch's weights the model has.</summary>
    public void Stops(TrainingHistory history, TrainingSettings settings)
    {
        int last = history.Epochs[^1].Epoch;
        if (history.BestEpoch is { } best && last - best >= settings.EarlyStopping!.Patience)
        {
            info($"Training ended: no gain of the validation {settings.EarlyStopping.Metric} in {last - best} epochs.");
        }
        else if (last < settings.Epochs)
        {
            info(string.Create(CultureInfo.InvariantCulture, $"Training ended: MaxTrainingTime is {settings.MaxTime}."));
        }

        if (history.BestEpoch is { } chosen)
        {
            info($"The model has the weights of epoch {chosen}, the best by validation {settings.EarlyStopping!.Metric}.");
        }
    }

    /// <summary>How each class of the validation set is classified; of many classes those that are recognised least.</summary>
    public void Evaluates(TrainingHistory history, ClassLabels classes)
    {
        const int MaxClasses = 20, Worst = 5;
        if (history.ValidationClasses is not { } evaluated)
        {
            return;
        }

        var entries = evaluated.Zip(classes.Names).Where(entry => entry.First.Images > 0);
        foreach ((ClassEvaluation entry, string name) in evaluated.Length <= MaxClasses
            ? entries
            : entries.OrderBy(entry => entry.First.Recall).Take(Worst))
        {
            info(FormattableString.Invariant(
                $"Validation, class '{name}': precision {entry.Precision:F3}, recall {entry.Recall:F3} of {entry.Images} images."));
        }
    }

    private void UpdatesMask(TrainingSettings settings, long stepCount)
    {
        long updates = MaskUpdateSchedule.CountUpdates(settings.MaskUpdateInterval, stepCount);
        if (updates == 0)
        {
            warn(
                $"The mask will not be updated: training takes {stepCount} steps, too few for a MaskUpdateInterval of "
                + $"{settings.MaskUpdateInterval}.");
            return;
        }

        info(string.Create(
            CultureInfo.InvariantCulture,
            $"Every {settings.MaskUpdateInterval} steps, {updates} times in total, connections are dropped and grown: a fraction of "
            + $"{settings.DropFraction} of the kept ones at first, fewer later."));
    }
}
