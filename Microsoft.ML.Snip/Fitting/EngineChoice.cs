using System.Globalization;
using Microsoft.ML.Snip.Engines.Torch;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Which engine trains a network, and why.</summary>
/// <param name="Engine">Managed or Torch.</param>
/// <param name="Reason">The reason, as a part of a sentence.</param>
internal sealed record EngineChoice(TrainingEngine Engine, string Reason)
{
    /// <summary>
    /// The largest fraction of kept connections at which the managed engine is chosen. TorchSharp multiplies whole matrices faster than
    /// single weights are multiplied, and may use several threads: on one thread, an epoch of LeNet-300-100 took it 1.4 times as long with
    /// half of the connections, 2.8 times as long with a quarter.
    /// </summary>
    private const double MaxDensity = 0.4;

    /// <summary>Rejects, before work starts, an engine that cannot train the network.</summary>
    /// <exception cref="ArgumentException">The managed engine is asked for and cannot train the network.</exception>
    public static void RequirePossible(Options options, TrainableNetwork network)
    {
        if (options.TrainingEngine == TrainingEngine.Managed && network.FindUncovered(options.PruneBiases) is { } uncovered)
        {
            throw new ArgumentException(
                $"TrainingEngine is Managed, but the managed engine cannot train {uncovered}. It trains fully connected networks: "
                + "Linear on a vector, ReLU, Dropout and Flatten. Set TrainingEngine to Auto or Torch.");
        }
    }

    /// <summary>Chooses the engine.</summary>
    /// <param name="options">The options, for which <see cref="RequirePossible"/> found no fault.</param>
    /// <param name="network">The network.</param>
    /// <param name="mask">The kept connections.</param>
    public static EngineChoice Make(Options options, TrainableNetwork network, PruningMask mask)
    {
        if (options.TrainingEngine != TrainingEngine.Auto)
        {
            return new EngineChoice(options.TrainingEngine, "the options ask for it");
        }

        if (network.FindUncovered(options.PruneBiases) is { } uncovered)
        {
            return new EngineChoice(TrainingEngine.Torch, $"the managed engine cannot train {uncovered}");
        }

        double density = 1 - mask.Sparsity;
        string kept = string.Create(CultureInfo.InvariantCulture, $"{density:P1} of the connections are kept");
        return density <= MaxDensity
            ? new EngineChoice(TrainingEngine.Managed, kept)
            : new EngineChoice(
                TrainingEngine.Torch,
                string.Create(CultureInfo.InvariantCulture, $"{kept}, and the managed engine is faster up to {MaxDensity:P0}"));
    }
}
