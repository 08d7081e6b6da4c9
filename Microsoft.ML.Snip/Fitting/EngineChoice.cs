using System.Globalization;
using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Formats.Checkpoints;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Which engine trains a network, and why.</summary>
/// <param name="Engine">Managed or Torch.</param>
/// <param name="Reason">The reason, as a part of a sentence.</param>
internal sealed record EngineChoice(TrainingEngine Engine, string Reason)
{
    /// <summary>Rejects, before work starts, an engine that cannot train the network.</summary>
    /// <exception cref="ArgumentException">The managed engine is asked for and cannot train the network.</exception>
    public static void RequirePossible(Options options, TrainableNetwork network)
    {
        if (options.TrainingEngine == TrainingEngine.Managed && network.FindUncovered(options.PruneBiases) is { } uncovered)
        {
            throw new ArgumentException(
                $"TrainingEngine is Managed, but the managed engine cannot train {uncovered}. Set TrainingEngine to Auto or Torch.");
        }
    }

    /// <summary>Chooses the engine.</summary>
    /// <param name="options">The options, for which <see cref="RequirePossible"/> found no fault.</param>
    /// <param name="network">The network.</param>
    /// <param name="mask">The kept connections.</param>
    /// <param name="device">The device.</param>
    /// <param name="stored">The checkpoint that the fit goes on from; its engine goes on. Null if there is none.</param>
    public static EngineChoice Make(
        Options options, TrainableNetwork network, PruningMask mask, DeviceChoice device, Checkpoint? stored = null)
    {
        if (stored is not null)
        {
            return new EngineChoice(stored.Engine, stored.EngineReason);
        }

        if (device.Device.Kind == TrainingDeviceKind.Cuda)
        {
            return new EngineChoice(TrainingEngine.Torch, $"training runs on {device.Name}");
        }

        if (options.TrainingEngine != TrainingEngine.Auto)
        {
            return new EngineChoice(options.TrainingEngine, "the options ask for it");
        }

        if (network.FindUncovered(options.PruneBiases) is { } uncovered)
        {
            return new EngineChoice(TrainingEngine.Torch, $"the managed engine cannot train {uncovered}");
        }

        int cores = options.Threads ?? Environment.ProcessorCount;
        double managed = EngineCost.OfManaged(network.Definition, mask, cores);
        double torch = EngineCost.OfTorch(
            network.Definition, options.Threads ?? TorchThreads.Choose(network.Definition, options.BatchSize));
        string reason = string.Create(
            CultureInfo.InvariantCulture,
            $"with {1 - mask.Sparsity:P1} of the connections kept, the managed engine is estimated to take {managed / torch:F2} times as "
            + $"long as TorchSharp");
        return new EngineChoice(managed < torch ? TrainingEngine.Managed : TrainingEngine.Torch, reason);
    }
}
