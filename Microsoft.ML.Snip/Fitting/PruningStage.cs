using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Chooses the mask of a network with initial weights: scores connections, then selects them.</summary>
internal sealed class PruningStage(Options options, RandomStreams random, Action checkAlive, FitLog log)
{
    /// <summary>The number of images for each class on which connections are scored, and the minimum number of images in total.</summary>
    private const int ScoredOfClass = 10, MinScored = 100;

    /// <summary>The criterion's name in reports of a mask that the options give.</summary>
    private const string GivenMask = "given mask";

    /// <exception cref="ArgumentException">A pattern fits no layer, or all layers are excluded.</exception>
    /// <exception cref="InvalidOperationException">
    /// The scores cannot be used, or the sparsity leaves a layer without connections.
    /// </exception>
    public (PruningMask Mask, PruningReport Report) Run(TrainableNetwork network, FitData data)
    {
        int count = options.ScoringSampleCount ?? Math.Max(MinScored, ScoredOfClass * data.Classes.Count);
        ExampleSet sample = data.Training.Sample(count, random.Create("sensitivity sample")).Load(checkAlive);
        log.Scores(sample.Count);
        using var scored = new ScoringBatches(sample, data.Normalization, options.BatchSize, AugmenterOf(data),
            () => random.Create("augmentation of the sensitivity sample"), checkAlive);
        CheckPatterns(network.FindPrunable(options.PruneBiases));
        IPruningCriterion criterion = Criterion;
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

    /// <summary>The mask of the options and its report.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mask">The mask.</param>
    /// <exception cref="ArgumentException">The mask has parameters that the network does not have, or of another shape.</exception>
    public (PruningMask Mask, PruningReport Report) Take(TrainableNetwork network, PruningMask mask)
    {
        network.RequireFits(mask);
        PruningReport report = PruningReport.From(network.Definition, mask, GivenMask);
        log.Kept(report);
        return (mask, report);
    }

    /// <summary>The mask and the report of a fit that goes on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="mask">The mask of the checkpoint.</param>
    public (PruningMask Mask, PruningReport Report) GoOn(TrainableNetwork network, PruningMask mask) =>
        (mask, PruningReport.From(network.Definition, mask, options.Mask is null ? Criterion.Name : GivenMask));

    private IPruningCriterion Criterion => options.Criterion ?? new SnipCriterion();

    private Augmenter? AugmenterOf(FitData data) => options.Augmentation is { WhenScoring: true } augmentation
        ? new Augmenter(augmentation, data.Shape, data.Normalization)
        : null;

    private bool IsPrunable(string parameterName) => !Array.Exists(options.Exclude, pattern => LayerPattern.Fits(pattern, parameterName));

    private void CheckPatterns(string[] all)
    {
        LayerPattern.RequireFits(options.Exclude, all, nameof(options.Exclude));
        string[] prunable = Array.FindAll(all, IsPrunable);
        if (prunable.Length == 0)
        {
            throw new ArgumentException(
                $"Exclude leaves no layer to prune: [{string.Join(", ", options.Exclude)}]. To train the dense network, set Sparsity to 0 "
                + "and leave Exclude empty.");
        }

        LayerPattern.RequireNotExcluded(options.LayerSparsities, options.Exclude, all);
        LayerPattern.RequireFits(options.LayerSparsities.Select(entry => entry.Pattern), prunable, nameof(options.LayerSparsities));
    }
}
