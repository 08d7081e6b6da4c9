using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>What was measured for one row: networks trained alike, dense, pruned and, if asked for, pruned by chance.</summary>
/// <param name="Connections">Prunable connections: the weights, without biases and batch norms.</param>
/// <param name="Kept">Those that pruning kept.</param>
/// <param name="DenseError">The dense network's share of wrong test images.</param>
/// <param name="PrunedError">The pruned network's share of wrong test images.</param>
/// <param name="RandomError">The same of a network that keeps as many connections, chosen by chance; null if it was not asked for.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="TrainingImages">Training images.</param>
/// <param name="TestImages">Test images: the fewest of any run.</param>
/// <param name="Seconds">Seconds for all of it.</param>
internal sealed record Measurement(
    long Connections,
    long Kept,
    double DenseError,
    double PrunedError,
    double? RandomError,
    int Epochs,
    int TrainingImages,
    int TestImages,
    double Seconds)
{
    /// <summary>Of what is left after the speed is known, all fits together get so much, and all tests.</summary>
    private const double TrainingShare = 0.7, TestShare = 0.2;

    /// <summary>The share of the budget that finding the speed may take; no longer than <see cref="LongestProbe"/>.</summary>
    private const double ProbeShare = 0.03;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds how fast the network trains, plans as many epochs as the budget allows (fewer images if it does not allow one), and trains the
    /// networks by that plan.
    /// </summary>
    public static Measurement Take(PaperRow row, DataSet data, TimeSpan budget, Plan plan)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan probe = budget < LongestProbe / ProbeShare ? budget * ProbeShare : LongestProbe;
        Speed speed = SpeedProbe.Measure(Options(row, data, sparsity: 0), data.TakeTraining(3 * Training.BatchSize), probe);
        TimeSpan left = budget - clock.Elapsed;
        (int epochs, int images) = plan.Within(
            ((left * TrainingShare / plan.Fits) - speed.Start).TotalSeconds * speed.ImagesPerSecond, data.TrainingCount);
        IDataView training = data.TakeTraining(images);
        Result Run(double sparsity, LayerSparsity[] layers, IPruningCriterion? criterion = null)
        {
            PrunedImageClassificationTrainer.Options options = Options(row, data, sparsity);
            options.Epochs = epochs;
            options.ScoringSampleCount = plan.Scored;
            options.Criterion = criterion;
            options.DropFraction = plan.DropFraction;
            options.LayerSparsities = layers;
            ITransformer model = Training.Fit(training, options);
            (double error, int tested) = Training.Test(model, data.Test, left * TestShare / plan.Fits);
            return new Result(Training.ReportOf(model), error, tested);
        }

        Result dense = Run(0, []);
        double cut = plan.Sparsity ?? row.Sparsity;
        Result pruned = Run(cut, plan.Layers);
        Result? random = plan.RandomMask ? Run(cut, plan.Layers, new RandomCriterion()) : null;
        return new Measurement(
            pruned.Report.Connections,
            pruned.Report.Kept,
            dense.Error,
            pruned.Error,
            random?.Error,
            epochs,
            images,
            Math.Min(Math.Min(dense.Tested, pruned.Tested), random?.Tested ?? int.MaxValue),
            clock.Elapsed.TotalSeconds);
    }

    private static PrunedImageClassificationTrainer.Options Options(PaperRow row, DataSet data, double sparsity) => new()
    {
        Architecture = row.Network,
        ImageShape = data.Shape,
        Sparsity = sparsity,
        BatchSize = Training.BatchSize,
    };

    private sealed record Result(PruningReport Report, double Error, int Tested);
}
