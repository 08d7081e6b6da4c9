using Microsoft.ML.Snip.Formats.Checkpoints;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>The checkpoint file of a fit: what it goes on from, and where it is stored.</summary>
/// <param name="path">The file.</param>
/// <param name="log">The log.</param>
internal sealed class FitCheckpoint(string path, FitLog log)
{
    private IReadOnlyDictionary<string, string>? _fit;
    private bool _hasSaved;

    /// <summary>The checkpoint that the fit goes on from; null if there is none.</summary>
    public Checkpoint? Stored { get; private init; }

    /// <summary>Opens the file of the options.</summary>
    /// <returns>Null if the options ask for no checkpoints.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FormatException">The file is not a checkpoint, or is damaged.</exception>
    public static FitCheckpoint? Open(Options options, FitLog log)
    {
        if (options.CheckpointPath is not { } path)
        {
            return null;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? string.Empty;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder of CheckpointPath, '{folder}', does not exist.");
        }

        return new FitCheckpoint(path, log) { Stored = File.Exists(path) ? CheckpointFile.Read(path) : null };
    }

    /// <summary>Accepts the fit that is to go on.</summary>
    /// <param name="fit">The <see cref="FitIdentity"/>.</param>
    /// <exception cref="InvalidOperationException">The checkpoint is of another fit.</exception>
    public void Accept(IReadOnlyDictionary<string, string> fit)
    {
        _fit = fit;
        if (Stored is null)
        {
            return;
        }

        if (FitIdentity.FindDifference(Stored.Fit, fit) is { } difference)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{path}' is of another fit: {difference}. Delete the file to start anew, or set another CheckpointPath.");
        }

        TrainingState state = Stored.State;
        log.Info(
            $"The fit goes on from the checkpoint '{path}': {state.Epochs.Length} epochs and {state.Current.Batches} steps of the next "
            + "one have been trained.");
    }

    /// <summary>Stores where the training is. After the first time, a file that cannot be written is a warning.</summary>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="choice">The engine that trains.</param>
    /// <param name="state">Where the training is.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not writable.</exception>
    public void Save(int seed, EngineChoice choice, TrainingState state)
    {
        try
        {
            CheckpointFile.Write(path, new Checkpoint(_fit!, seed, choice.Engine, choice.Reason, state));
            _hasSaved = true;
        }
        catch (Exception exception) when (_hasSaved && (exception is IOException or UnauthorizedAccessException))
        {
            log.Warn($"The checkpoint '{path}' could not be written; training goes on. {exception.Message}");
        }
    }
}
