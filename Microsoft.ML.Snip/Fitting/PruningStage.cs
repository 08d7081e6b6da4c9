using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>From a network with initial weights to a mask: score, then select.</summary>
internal sealed class PruningStage(Options options, RandomStreams random, Action checkAlive, FitLog log)
{
    /// <summary>Images of each class that connections are scored on, and how many there are at least.</summary>
    private const int ScoredOfClass = 10, MinScored = 100;

    /// <exception cref="ArgumentException">A pattern fits no layer, or nothing is left to prune.</exception>
    /// <exception cref="InvalidOperationException">Scores are of no use, or the sparsity leaves a layer without connections.</exception>
    public (PruningMask Mask, PruningReport Report) Run(TrainableNetwork network, FitData data)
    {
        int count = options.ScoringSampleCount ?? Math.Max(MinScored, ScoredOfClass * data.Classes.Count);
        ExampleSet sample = data.Training.Sample(count, random.Create("sensitivity sample"));
        log.Scores(sample.Count);
        using var scored = new ScoringBatches(sample, data.Normalization, options.BatchSize, AugmenterOf(data), checkAlive);
        CheckPatterns(network.FindPrunable(options.PruneBiases));
        IPruningCriterion criterion = options.Criterion ?? new SnipCriterion();
        PruningScores scores = network.Score(
            criterion, scored, IsPrunable, options.PruneBiases, options.Sparsity, random.Create("pruning criterion"));
        var mask = PruningMask.Select(scores, options.Sparsity, options.LayerSparsities);
        network.RequireSignal(mask, options.Sparsity, criterion.Name, scored);
        PruningReport report = PruningReport.From(network.Definition, mask, criterion.Name);
        log.Kept(report);
        log.WarnIf(MaskBalance.FindImbalance(mask, options.LayerSparsities));
        ModelPayload.Foresee(network.Definition, data.Normalization, data.Classes, report, options.Epochs);
        return (mask, report);
    }

    private Func<Augmenter>? AugmenterOf(FitData data) => options.Augmentation is { WhenScoring: true } augmentation
        ? () => new Augmenter(augmentation, data.Shape, data.Normalization, random.Create("augmentation of the sensitivity sample"))
        : null;

    private bool IsPrunable(string parameterName) => !Array.Exists(options.Exclude, pattern => LayerPattern.Fits(pattern, parameterName));

    private void CheckPatterns(string[] all)
    {
        LayerPattern.RequireFits(options.Exclude, all, nameof(options.Exclude));
        string[] left = Array.FindAll(all, IsPrunable);
        if (left.Length == 0)
        {
            throw new ArgumentException(
                $"Exclude leaves no layer to prune: [{string.Join(", ", options.Exclude)}]. For the dense network set Sparsity to 0 and exclude nothing.");
        }

        LayerPattern.RequireNotExcluded(options.LayerSparsities, options.Exclude, all);
        LayerPattern.RequireFits(options.LayerSparsities.Select(entry => entry.Pattern), left, nameof(options.LayerSparsities));
    }
}
