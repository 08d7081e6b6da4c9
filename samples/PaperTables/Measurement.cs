using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>What was measured for one row: the dense and the pruned network, trained alike.</summary>
/// <param name="Connections">Prunable connections: the weights, without biases and batch norms.</param>
/// <param name="Kept">Those that pruning kept.</param>
/// <param name="DenseError">The dense network's share of wrong test pictures.</param>
/// <param name="PrunedError">The pruned network's share of wrong test pictures.</param>
/// <param name="Epochs">Passes over the training pictures.</param>
/// <param name="TrainingPictures">Training pictures.</param>
/// <param name="TestPictures">Test pictures: the fewer of the two runs'.</param>
/// <param name="Seconds">Seconds for all of it.</param>
internal sealed record Measurement(
    long Connections, long Kept, double DenseError, double PrunedError, int Epochs, int TrainingPictures, int TestPictures, double Seconds)
{
    /// <summary>Of what is left after the speed is known, each of the two fits gets so much, and each of the two tests.</summary>
    private const double TrainingShare = 0.35, TestShare = 0.1;

    /// <summary>The share of the budget that finding the speed may take; no longer than <see cref="LongestProbe"/>.</summary>
    private const double ProbeShare = 0.03;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds how fast the network trains, plans as many epochs as the budget allows (fewer pictures if it does not allow one), and trains the dense and the
    /// pruned network by that plan.
    /// </summary>
    public static Measurement Take(PaperRow row, DataSet data, TimeSpan budget, int mostEpochs)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan probe = budget < LongestProbe / ProbeShare ? budget * ProbeShare : LongestProbe;
        Speed speed = SpeedProbe.Measure(Options(row, data, sparsity: 0), data.TakeTraining(3 * Training.BatchSize), probe);
        TimeSpan left = budget - clock.Elapsed;
        (int epochs, int pictures) = Plan(((left * TrainingShare) - speed.Start).TotalSeconds * speed.PicturesPerSecond, data.TrainingCount, mostEpochs);
        IDataView training = data.TakeTraining(pictures);

        (_, double denseError, int denseTested) = Run(row, data, 0, training, epochs, left * TestShare);
        (PruningReport report, double prunedError, int prunedTested) = Run(row, data, row.Sparsity, training, epochs, left * TestShare);
        return new Measurement(
            report.Connections, report.Kept, denseError, prunedError, epochs, pictures, Math.Min(denseTested, prunedTested), clock.Elapsed.TotalSeconds);
    }

    /// <summary>Whole epochs over all pictures; if not even one is affordable, one over some of them, in whole batches.</summary>
    private static (int Epochs, int Pictures) Plan(double affordable, int available, int mostEpochs) => affordable >= available
        ? ((int)Math.Min(mostEpochs, affordable / available), available)
        : (1, (int)Math.Min(available, Training.BatchSize * Math.Max(1, Math.Floor(affordable / Training.BatchSize))));

    private static (PruningReport Report, double Error, int Tested) Run(
        PaperRow row, DataSet data, double sparsity, IDataView training, int epochs, TimeSpan testLimit)
    {
        PrunedImageClassificationTrainer.Options options = Options(row, data, sparsity);
        options.Epochs = epochs;
        ITransformer model = Training.Fit(training, options);
        (double error, int tested) = Training.Test(model, data.Test, testLimit);
        return (Training.ReportOf(model), error, tested);
    }

    private static PrunedImageClassificationTrainer.Options Options(PaperRow row, DataSet data, double sparsity) => new()
    {
        Architecture = row.Architecture,
        ImageShape = data.Shape,
        Sparsity = sparsity,
        BatchSize = Training.BatchSize,
    };
}
