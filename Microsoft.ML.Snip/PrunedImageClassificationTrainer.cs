using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews;
using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.DataViews.Scoring;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Fitting;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip;

/// <summary>
/// Trains a pruned image classifier: reads the images once, scores all connections of the untrained network on a sample of the images,
/// keeps those with the highest scores, and trains them. Created by
/// <see cref="SnipCatalog.PrunedImageClassification(PrunedImageClassificationTrainer.Options)"/>.
/// </summary>
/// <remarks>
/// Training uses TorchSharp, so a program that trains must reference TorchSharp-cpu or another package with TorchSharp's native library;
/// programs that only predict do not need it. A fit can be cancelled by <see cref="Options.CancellationToken"/>; Microsoft.ML.AutoML also
/// cancels it when its time is up.
/// </remarks>
public sealed partial class PrunedImageClassificationTrainer : IEstimator<PrunedImageClassificationTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly Options _options;

    internal PrunedImageClassificationTrainer(IHostEnvironment environment, Options options)
    {
        _environment = environment;
        _host = environment.Register(nameof(PrunedImageClassificationTrainer));
        _options = options.CopyChecked();
    }

    /// <summary>Prunes and trains a network on the given rows.</summary>
    /// <param name="input">Rows with the label and image columns. Rows with a missing label are skipped.</param>
    /// <returns>A transformer that adds the predicted label and the scores.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="input"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type than expected, images could be shifted completely out of view, or the weight decay is too
    /// high for the learning rate.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The images, the classes, the initial weights or the batch size do not fit the network, a name in Exclude or LayerSparsities matches
    /// no layer, or the module cannot be trained or stored.
    /// </exception>
    /// <exception cref="FormatException">Images cannot be decoded; see <see cref="Options.InvalidImages"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// The data cannot be learned from (no rows, one class, pixels that are not finite numbers), the sparsity leaves a layer without
    /// connections, training diverges, the GPU is missing, a custom module would predict differently from the trained module, or
    /// TorchSharp's native library cannot be loaded.
    /// </exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public PrunedImageClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Fit");
        using IProgressChannel progress = _host.StartProgressChannel("Fit");
        var channelLog = new ChannelLog(channel);
        var log = new FitLog(channelLog.Info, channelLog.Warn);
        (int? gpu, bool fallbackToCpu) = _environment.FindDevices();
        var session = new FitSession(_options, _options.Seed ?? _host.ChooseSeed(), log, CheckAlive, Report(progress))
        {
            ContextDevices = new ContextDevices(gpu, fallbackToCpu),
        };
        (SnipModel model, INetworkExecutor executor) = session.Run(input);
        return new PrunedImageClassificationTransformer(
            _host, model, executor, new ColumnNames(_options.ImageColumnName, _options.PredictedLabelColumnName, _options.ScoreColumnName));
    }

    /// <summary>The columns of the output of <see cref="Fit"/> for an input with the given schema shape.</summary>
    /// <param name="inputSchema">The shape of the input's schema.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than expected.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ScoredSchemaShape.Make(
            inputSchema, _options.LabelColumnName, _options.ImageColumnName, _options.ExampleWeightColumnName,
            _options.PredictedLabelColumnName, _options.ScoreColumnName);
    }

    private void CheckAlive()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.ThrowIfCancelled();
    }

    /// <summary>Reports progress to ML.NET's channel and to the caller's <see cref="Options.Progress"/>.</summary>
    private Action<TrainingProgress> Report(IProgressChannel channel)
    {
        TrainingProgress latest = default;
        channel.SetHeader(
            new ProgressHeader(["loss", "accuracy", "images/s", "seconds left"], ["epochs", "batches"]),
            entry =>
            {
                entry.SetProgress(0, latest.Epoch, latest.Epochs);
                entry.SetProgress(1, latest.Batch, latest.Batches);
                entry.SetMetric(0, latest.Loss);
                entry.SetMetric(1, latest.Accuracy);
                entry.SetMetric(2, latest.ImagesPerSecond);
                entry.SetMetric(3, latest.TimeLeft.TotalSeconds);
            });
        return progress =>
        {
            latest = progress;
            _options.Progress?.Report(progress);
            if (progress.Batch == progress.Batches)
            {
                channel.Checkpoint(
                    progress.Loss, progress.Accuracy, progress.ImagesPerSecond, progress.TimeLeft.TotalSeconds, progress.Epoch,
                    progress.Batch);
            }
        };
    }
}
