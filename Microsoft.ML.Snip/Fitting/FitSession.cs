using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Formats.Checkpoints;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>One fit from rows to model, in stages: read, initialise, score and prune, train, compact, check predictions.</summary>
/// <param name="asked">Checked options.</param>
/// <param name="seed">The seed of all random numbers, if no checkpoint has another one.</param>
/// <param name="log">The log.</param>
/// <param name="checkAlive">Throws if the fit is cancelled.</param>
/// <param name="report">Receives the progress after each batch.</param>
internal sealed class FitSession(Options asked, int seed, FitLog log, Action checkAlive, Action<TrainingProgress> report)
{
    /// <summary>What the context says about devices.</summary>
    public ContextDevices ContextDevices { get; init; }

    /// <summary>Reads the rows, prunes and trains a network, and returns the model and an executor for it.</summary>
    public (SnipModel Model, INetworkExecutor Executor) Run(IDataView input)
    {
        var checkpoint = FitCheckpoint.Open(asked, log);
        Checkpoint? stored = checkpoint?.Stored;
        var random = new RandomStreams(asked.Seed ?? stored?.Seed ?? seed);
        FitData data = ReadingStage.Run(asked, input, random, checkAlive, log);
        Options options = ClassMatching.Run(asked, data.Classes, random.Create("weights of new classes"), log);
        using var session = TorchSession.Start(log.Info);
        var device = DeviceChoice.Make(options, ContextDevices, log.Warn);
        using TrainableNetwork network = InitializingStage.Run(options, data, random, log);
        EngineChoice.RequirePossible(options, network);
        checkpoint?.Accept(FitIdentity.Of(options, random.Seed, network.Definition, data));
        using IDisposable? workaround = WorkAroundWrongConvolutions(network);
        using TorchThreads threads = SetThreads(network.Definition, data.Training, random.Seed);
        var sample = new ImageSample(data.Training, data.Normalization, checkAlive);
        log.WarnIf(network.FindFault(sample));
        var pruning = new PruningStage(options, random, checkAlive, log);
        (PruningMask mask, PruningReport pruned) = stored is not null ? pruning.GoOn(network, stored.State.Network.Mask)
            : options.Mask is { } given ? pruning.Take(network, given)
            : pruning.Run(network, data);
        if (options.RedrawWeights)
        {
            network.Redraw(random.Create("redrawn weights"), options.Sparsity);
        }

        TrainingSettings settings = TrainingStage.ChooseSettings(options, network.Definition, mask, data.Training);
        log.Trains(device);
        EngineChoice choice = EngineChoice.Make(options, network, mask, device, stored);
        var run = new TrainingRun(settings, mask, data.Training, data.Validation, data.Normalization, random) { Device = device.Device };
        var callbacks = new TrainingCallbacks
        {
            CheckAlive = checkAlive,
            Report = report,
            ReportEpoch = log.Ends,
            Warn = log.Warn,
            Save = checkpoint is null ? null : state => checkpoint.Save(random.Seed, choice, state),
        };
        (TrainingHistory history, PruningMask kept) = TrainingStage.Run(
            run, choice, network, options.Threads ?? Environment.ProcessorCount, callbacks, stored?.State, log);
        history = history with { Device = device.Name, SkippedImages = data.SkippedCount };
        PruningReport reported = ReferenceEquals(kept, mask) ? pruned : PruningReport.From(network.Definition, kept, pruned.Criterion!);
        SparseNetwork compact = Compactor.Compact(network.ToSparse(kept));
        var model = new SnipModel(compact, data.Normalization, data.Classes, reported, history) { Background = options.BackgroundColor };
        INetworkExecutor executor = network.CreateExecutor(model.Network);
        PredictionCheck.Run(network, executor, sample, settings.LearningRate);
        return (model, executor);
    }

    /// <summary>Makes convolutions correct during the fit; null if nothing has to be restored.</summary>
    /// <exception cref="InvalidOperationException">
    /// The convolutions of a custom module would be wrong, and oneDNN cannot be switched off.
    /// </exception>
    private IDisposable? WorkAroundWrongConvolutions(TrainableNetwork network)
    {
        if (ConvolutionCheck.FindFault() is not { } fault)
        {
            return null;
        }

        IDisposable? workaround = network.WorkAroundWrongConvolutions();
        log.WrongConvolutions(fault, network.ConvolutionWorkaround);
        return workaround;
    }

    private TorchThreads SetThreads(NetworkDefinition network, ExampleSet training, int seed)
    {
        int count = asked.Threads ?? TorchThreads.Choose(network, asked.BatchSize);
        log.Starts(network, training, seed, count);
        log.WarnIf(FitWarnings.FindTooManyThreads(count));
        return new TorchThreads(count);
    }
}
